"""Text that came from outside without what no reader sees."""

import re

SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_UNCLEAN = re.compile(f"[\r{_CONTROL.pattern[1:-1]}{SURROGATE.pattern[1:-1]}]")


def clean_text(text: str) -> str:
    """Text without control characters, invisible marks and lone surrogates; line ends as \\n."""
    if not _UNCLEAN.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATE.sub("\ufffd", _CONTROL.sub("", text))
