"""suggest, check-reply: drafts of replies, and what is wrong with drafts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import click

import classifiers
from listener.cli import streams
from listener.cli.options import config_option, input_argument, load_settings
from listener.errors import WrongUse
from listener.model import Brand, Classification, Tone
from listener.protocols import Classifier, SuggestionContext
from listener.settings import Settings
from listener.shipped import config_folder
from listener.wire import Line, loose_classification_from_json, suggestion_to_json, violation_to_json
from responders.suggest import Article, ReplyCheck, Suggestions, load_canned, load_knowledge

_DEFAULT_LANGUAGE = "pl"


@click.command()
@input_argument
@config_option()
def suggest(file: str | None, config: Path) -> None:
    """Takes classified posts as JSONL from FILE or standard input and adds `suggestions`, best first. `tone` (formal,
    neutral, casual) and `private` (true: only the author will read it) may be given beside `text`."""
    settings = load_settings(config)
    contexts = _Contexts(settings)
    suggestions = _suggestions(settings, _articles(settings))

    def answered(line: Line) -> dict[str, Any]:
        drafts = suggestions.suggest(contexts.of(line, _said(line), "text"))
        return {"suggestions": [suggestion_to_json(draft) for draft in drafts]}

    streams.write(_added(streams.objects(file), answered))


@click.command("check-reply")
@config_option()
@input_argument
def check_reply(config: Path, file: str | None) -> None:
    """Takes reply drafts as JSONL from FILE or standard input (`text`, `post`, optional `brand`, `kind`, `private`) and
    adds `violations`."""
    settings = load_settings(config)
    contexts = _Contexts(settings)
    checker = ReplyCheck(_articles(settings))

    def checked(line: Line) -> dict[str, Any]:
        draft, kind = _text(line, line.value.get("text"), "text"), line.value.get("kind") or "llm"
        violations = checker.check(draft, contexts.of(line, _post_text(line), "post"), _text(line, kind, "kind"))
        return {"violations": [violation_to_json(violation) for violation in violations]}

    streams.write(_added(streams.objects(file), checked))


def _added(lines: Iterable[Line], more: Callable[[Line], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for line in streams.progress(lines, "objects"):
        yield {**line.value, **more(line)}


def _suggestions(settings: Settings, articles: Sequence[Article]) -> Suggestions:
    canned = load_canned(settings.canned or config_folder("canned"))
    return Suggestions(canned, articles, checker=ReplyCheck(articles))


def _articles(settings: Settings) -> tuple[Article, ...]:
    return load_knowledge(settings.knowledge) if settings.knowledge else ()


def _said(line: Line) -> object:
    """The text of a post, or of the latest post of a ticket."""
    posts = line.value.get("posts")
    latest = posts[-1] if isinstance(posts, list) and posts else line.value.get("post")
    return line.value.get("text", latest.get("text") if isinstance(latest, dict) else latest)


def _post_text(line: Line) -> object:
    """`post` is the text that the draft answers, or a post with its `text`; none: the draft answers nothing."""
    post = line.value.get("post", "")
    return post.get("text") if isinstance(post, dict) else post


def _text(line: Line, value: object, field: str) -> str:
    if not isinstance(value, str):
        raise WrongUse("is missing" if value is None else "must be text", where=f"{line.where}: {field}")
    return value


def _tone(line: Line) -> Tone | None:
    value = line.value.get("tone")
    if value is None:
        return None
    if value not in list(Tone):
        known = ", ".join(tone.value for tone in Tone)
        raise WrongUse(f"{value!r} is no tone", where=f"{line.where}: tone", mend=f"use {known}")
    return Tone(value)


def _private(line: Line) -> bool:
    value = line.value.get("private", False)
    if not isinstance(value, bool):
        raise WrongUse("must be true or false", where=f"{line.where}: private")
    return value


class _Contexts:
    """What a draft is made from, out of what a line says and, where it does not say, out of what can be known."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _classifier(self) -> Classifier:
        return classifiers.load(self._settings.model)

    def of(self, line: Line, said: object, field: str) -> SuggestionContext:
        text = _text(line, said, field)
        classification = self._classification(line, text)
        lang = line.value.get("lang") or classification.language or self._language(text)
        title = line.value.get("thread_title")
        return SuggestionContext(
            text=text,
            lang=_text(line, lang, "lang"),
            brand=self._brand(line),
            classification=classification,
            thread_title=title if isinstance(title, str) else None,
            today=datetime.now(UTC),
            tone=_tone(line),
            private=_private(line),
        )

    def _classification(self, line: Line, text: str) -> Classification:
        given = line.value.get("classification")
        if given is None:
            return self._classifier.classify([text])[0]
        return loose_classification_from_json(given, f"{line.where}: classification")

    def _language(self, text: str) -> str:
        return self._classifier.classify([text])[0].language or _DEFAULT_LANGUAGE

    def _brand(self, line: Line) -> Brand | None:
        name = line.value.get("brand")
        ours = [brand for brand in self._settings.brands if not brand.competitor]
        if name is None:
            return ours[0] if len(ours) == 1 else None
        brand = self._settings.brand(_text(line, name, "brand"))
        if brand is None:
            known = ", ".join(brand.name for brand in self._settings.brands) or "none"
            raise WrongUse(f'"{name}" is no brand', where=f"{line.where}: brand", mend=f"configured: {known}")
        return brand
