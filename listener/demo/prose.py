"""What the hand-written files of the demo are made of: times, prose, tables that know their keys."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from listener.settings import parse_duration


def read_offset(value: object) -> float:
    """Seconds: a number, or a length of time such as "-2d3h"."""
    if isinstance(value, str):
        sign = -1 if value.startswith("-") else 1
        return sign * parse_duration(value.removeprefix("-")).total_seconds()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError('must be seconds from the start, or a length of time such as "-2d3h"')


def _trimmed(value: object) -> object:
    """Hand-wrapped lines of one paragraph become one line; lists, quotes and empty lines stay."""
    return re.sub(r"(?<![\n])\n(?![\n>*\-]|\d+\.)", " ", value.strip()) if isinstance(value, str) else value


Offset = Annotated[float, BeforeValidator(read_offset)]
Prose = Annotated[str, BeforeValidator(_trimmed), Field(min_length=1)]


class Item(BaseModel):
    """A table of a file. Keys that it does not have are wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")
