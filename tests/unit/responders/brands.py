"""The invented brands that drafts and suggestions are tried with (tests/data/reply_check/brands.json)."""

import json
from pathlib import Path
from typing import Any

from listener.model import Brand

DATA = Path(__file__).parents[2] / "data"


def brands() -> dict[str, Brand]:
    """By id: one of each sector that has rules of its own."""
    rows: list[dict[str, Any]] = json.loads((DATA / "reply_check" / "brands.json").read_text(encoding="utf-8"))
    return {row["id"]: Brand(**{key: _frozen(value) for key, value in row.items()}) for row in rows}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
