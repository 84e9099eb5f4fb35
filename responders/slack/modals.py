"""The form for a reply: what is answered, a suggestion to start from, the text in parts, one button to approve it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from listener.model import PrivateWay, StoredPost, SuggestedReply, Tone, Violation
from responders.slack import blocks
from responders.slack.blocks import Block
from responders.slack.cards import author_line
from responders.slack.commands import Form, Memo
from responders.slack.fields import (
    ADD_PART,
    ANYWAY,
    AUDIENCE,
    LANGUAGE,
    PICK,
    PRIVATE,
    PUBLIC,
    SIGN,
    TEXT,
    TONE,
    VALUE,
)
from responders.slack.parts import LONGEST_PART, MOST_PARTS, digest, joined, parts_of
from responders.slack.text import fitted, link, moment, plain, quoted
from responders.slack.wording import LANGUAGES, Words, wording

_MOST_DRAFTS = 10
_MOST_VIOLATIONS = 8
_POST = 1200

View = dict[str, Any]
"""Argument "view" of views.open, views.update and views.publish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """What a reply form shows. post: what is answered; drafts: to choose from, in memo.lang; typed: parts that a
    person wrote, in place of the chosen draft; signature: the line that says who speaks, empty for none; broken: what
    the text breaks, shown before it can go out; news: what happened meanwhile; tone: that the drafts speak in; way:
    whether the post can be answered privately, None where its place has no such."""

    memo: Memo
    post: StoredPost
    drafts: tuple[SuggestedReply, ...] = ()
    typed: tuple[str, ...] = ()
    signature: str = ""
    sign: bool = True
    broken: tuple[Violation, ...] = ()
    news: str = ""
    tone: Tone = Tone.NEUTRAL
    way: PrivateWay | None = None


def reply_form(draft: ReplyDraft, *, lang: str = "pl") -> View:
    """The form. The same memo with other drafts makes a form of the same ticket."""
    words = wording(lang)
    made = [
        *_warnings(draft, words),
        *_answered(draft.post, words),
        *_readers(draft, words),
        blocks.actions(_choices(draft, words), "choices"),
        *_parts(draft, words),
        *_signature(draft, words),
        *_anyway(draft, words),
    ]
    title, submit = ("modal.title", "modal.send")
    if draft.memo.private:
        title, submit = ("modal.title.private", "modal.send.private")
    memo = draft.memo if draft.typed else replace(draft.memo, filled=digest(joined(_texts(draft))))
    return form(Form.REPLY, memo, words[title], made, words, submit=words[submit], notify=True)


def form(
    kind: Form,
    memo: Memo,
    title: str,
    made: Sequence[Block],
    words: Words,
    *,
    submit: str = "",
    notify: bool = False,
) -> View:
    """A modal. submit: the text of its button, none where empty; notify: we are told when somebody closes it."""
    view: View = {
        "type": "modal",
        "callback_id": kind.value,
        "private_metadata": memo.packed(),
        "title": blocks.plain(title, 24),
        "close": blocks.plain(words["modal.close" if submit else "modal.shut"], 24),
        "blocks": list(made),
    }
    if submit:
        view["submit"] = blocks.plain(submit, 24)
    return view | ({"notify_on_close": True} if notify else {})


def loading(lang: str = "pl") -> View:
    """What stands there while a form is made."""
    words = wording(lang)
    # what it becomes may want to know when it is closed, and views are asked for that when they are opened
    return form(Form.SHOW, Memo(), words["modal.wait"], [blocks.section("⏳", "wait")], words, notify=True)


def told(text: str, *, lang: str = "pl") -> View:
    """In place of a form: why there is none."""
    words = wording(lang)
    return form(Form.SHOW, Memo(), words["modal.no"], [blocks.section(fitted(text, 2000) or "–", "told")], words)


def _warnings(draft: ReplyDraft, words: Words) -> Iterator[Block]:
    if draft.news:
        yield blocks.section(f"🔄 {fitted(draft.news, 1500)}", "news")
    if draft.broken:
        lines = [f"• {_violation(one)}" for one in draft.broken[:_MOST_VIOLATIONS]]
        yield blocks.section(f"⚠️ *{words['modal.broken']}*\n" + "\n".join(lines), "broken")


def _violation(one: Violation) -> str:
    where = f" – „{fitted(one.where, 80)}”" if one.where else ""
    return f"{fitted(one.message, 200)}{where}"


def _answered(post: StoredPost, words: Words) -> Iterator[Block]:
    place = plain(" · ".join(part for part in (post.post.source, post.post.thread_title) if part), 150)
    yield blocks.context([f"{link(post.post.url, place)} · {author_line(post, words)}"], "place")
    yield blocks.section(quoted(fitted(post.post.text, _POST)) or "–", "post")


def _readers(draft: ReplyDraft, words: Words) -> Iterator[Block]:
    """Who will read it, where there is a choice; why there is none, where there might be. What was meant for one
    reader stays so until a person says otherwise."""
    way, private = draft.way, draft.memo.private
    if private or (way is not None and way.refused is None):
        options = [(words["audience.public"], PUBLIC), (words["audience.private"], PRIVATE)]
        box = blocks.radio(options, AUDIENCE, chosen=PRIVATE if private else PUBLIC)
        hint = words["audience.hint.private" if private else "audience.hint.public"]
        yield blocks.labelled(words["audience"], box, AUDIENCE, hint=hint) | {"dispatch_action": True}
    if way is None and private:
        yield blocks.section(f"⚠️ {words['private.none']}", "private")
    elif way is not None and way.refused is not None:
        yield blocks.context([f"🔒 {words[f'private.{way.refused}']}"], "private")
    elif way is not None and way.until is not None:
        yield blocks.context([f"🔒 {words['private.until'].format(until=moment(way.until))}"], "private")


def _choices(draft: ReplyDraft, words: Words) -> list[Block]:
    made = []
    drafts = draft.drafts[:_MOST_DRAFTS]
    if drafts:
        options = [(_name(number, one, words), str(number)) for number, one in enumerate(drafts)]
        made.append(blocks.select(options, PICK, placeholder=words["modal.pick"], chosen=str(draft.memo.picked)))
    languages = [(words[f"language.{code}"], code) for code in LANGUAGES]
    made.append(blocks.select(languages, LANGUAGE, placeholder=words["modal.language"], chosen=draft.memo.lang))
    tones = [(words[f"tone.{tone}"], tone.value) for tone in Tone]
    made.append(blocks.select(tones, TONE, placeholder=words["modal.tone"], chosen=draft.tone.value))
    if len(_texts(draft)) < MOST_PARTS:
        made.append(blocks.button(words["modal.add_part"], ADD_PART, value="1"))
    return made


def _name(number: int, draft: SuggestedReply, words: Words) -> str:
    kind = words.get(f"kind.{draft.kind}", draft.kind)
    return f"{number + 1}. {kind}: {', '.join(draft.sources)}" if draft.sources else f"{number + 1}. {kind}"


def _texts(draft: ReplyDraft) -> tuple[str, ...]:
    """What stands in the parts, at least as many as were asked for."""
    texts = draft.typed
    if not texts:
        text = draft.drafts[draft.memo.picked].text if 0 <= draft.memo.picked < len(draft.drafts) else ""
        texts = parts_of(text or draft.signature)
    return (*texts, *("" for _ in range(draft.memo.parts - len(texts))))[:MOST_PARTS]


def _parts(draft: ReplyDraft, words: Words) -> Iterator[Block]:
    texts, memo = _texts(draft), draft.memo
    hint = words["modal.hint.private" if memo.private else "modal.hint"]
    for number, text in enumerate(texts):
        label = words["modal.text"] if len(texts) == 1 else words["modal.part"].format(number=number + 1)
        last = number == len(texts) - 1
        yield blocks.labelled(
            label,
            blocks.text_input(VALUE, text=text, longest=LONGEST_PART),
            # Slack keeps what was typed in a block of the same id, so a newly picked text needs an id of its own
            f"{TEXT}.{memo.lang}{memo.picked}{memo.tone}{'-' if memo.private else ''}.{number}",
            hint=hint if last else "",
            optional=number > 0,
        )


def _signature(draft: ReplyDraft, words: Words) -> Iterator[Block]:
    if not draft.signature:
        return
    label = words["modal.sign"].format(line=plain(draft.signature, 40))
    box = blocks.boxes([(label, "yes")], VALUE, ("yes",) if draft.sign else ())
    yield blocks.labelled(words["modal.who"], box, SIGN, hint=draft.signature, optional=True)


def _anyway(draft: ReplyDraft, words: Words) -> Iterator[Block]:
    if draft.broken:
        box = blocks.boxes([(words["modal.anyway"], "yes")], VALUE)
        yield blocks.labelled(words["modal.weigh"], box, ANYWAY, optional=True)
