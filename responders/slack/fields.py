"""Names of the things in our forms, and what people put into them."""

from collections.abc import Mapping
from typing import Any

TEXT = "text"  # blocks of the parts of a reply: "text.<what it started from>.<number>"
PICK, LANGUAGE, TONE, AUDIENCE, ADD_PART = "pick", "language", "tone", "audience", "add_part"
PUBLIC, PRIVATE = "public", "private"
SIGN, ANYWAY = "sign", "anyway"
MENU, REFRESH = "menu", "refresh"
VALUE = "value"
"""action_id of every input: a form has one element a block."""


class State:
    """view.state.values of a form. Blocks that are not there count as left empty."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        self._values: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}

    def text(self, block: str) -> str:
        """What was typed, without blanks around it."""
        return str(self._element(block).get("value") or "").strip()

    def choice(self, block: str) -> str:
        """The value of the one option that was chosen; empty for none."""
        return str((self._element(block).get("selected_option") or {}).get("value", ""))

    def choices(self, block: str) -> tuple[str, ...]:
        """The values of the boxes that are ticked."""
        return tuple(str(option["value"]) for option in self._element(block).get("selected_options") or ())

    def ticked(self, block: str, otherwise: bool) -> bool:
        """Whether the only box of a block is ticked; otherwise: where the form has no such block."""
        return bool(self.choices(block)) if block in self._values else otherwise

    def moment(self, block: str) -> int | None:
        """Seconds since 1970 of a picked time."""
        found = self._element(block).get("selected_date_time")
        return int(found) if found else None

    def text_blocks(self) -> tuple[str, ...]:
        """The blocks of a reply's parts, in order."""
        names = (name for name in self._values if name.startswith(f"{TEXT}."))
        return tuple(sorted(names, key=lambda name: int(name.rpartition(".")[2])))

    def texts(self) -> tuple[str, ...]:
        """The parts of a reply, in order, empty ones too."""
        return tuple(self.text(name) for name in self.text_blocks())

    def _element(self, block: str) -> Mapping[str, Any]:
        return next(iter(self._values.get(block, {}).values()), {})
