"""Why a ticket is one, in the words of the cards."""

from collections.abc import Mapping

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
_LONGEST = 200


def reason(said: str, words: Words) -> str:
    """A reason of triage: standing phrases, labels ("intent: complaint"), and those that end with a number or name.
    What we have no words for is shown as it is."""
    if f"reason.{said}" in words:
        return words[f"reason.{said}"]
    for beginning, key in _BEGINNINGS.items():
        if said.startswith(beginning):
            rest = said.removeprefix(beginning).removesuffix(" places").replace(" of ", "/")
            return words[key].format(fitted(rest, 80))
    kind, _, label = said.partition(": ")
    if f"{kind}.{label}" in words and kind in words:
        return f"{words[kind]}: {words[f'{kind}.{label}']}"
    return fitted(said, _LONGEST)
