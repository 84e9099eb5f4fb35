"""Why a ticket is one, in the words of the cards."""

from collections.abc import Mapping

from listener.polish import polish
from responders.slack.text import fitted
from responders.slack.wording import Words

_BEGINNINGS: Mapping[str, str] = {
    "opened by ": "reason.opened by",
    "rating ": "reason.rating",
    "said in ": "reason.said in",
    "earlier tickets: ": "reason.earlier tickets",
    "rule: ": "reason.rule",
    "unsure: ": "reason.unsure",
}
_WITH_LABELS = ("unsure: ", "reach: ")
_LONGEST = 200


def reason(said: str, words: Words) -> str:
    """A reason of triage: standing phrases, labels ("intent: complaint"), and those that end with a number or name.
    What we have no words for is shown as it is."""
    if f"reason.{said}" in words:
        return words[f"reason.{said}"]
    if words["language"] == "pl" and said.startswith(_WITH_LABELS):
        return polish(said)
    for beginning, key in _BEGINNINGS.items():
        if said.startswith(beginning):
            rest = said.removeprefix(beginning).removesuffix(" places").replace(" of ", "/")
            return words[key].format(fitted(rest, 80))
    kind, _, label = said.partition(": ")
    if f"{kind}.{label}" in words and kind in words:
        return f"{words[kind]}: {words[f'{kind}.{label}']}"
    return fitted(polish(said) if words["language"] == "pl" else said, _LONGEST)
