"""Opinions on Opineo.pl by what a page marks up with schema.org, and by nothing else: its own markup is not known."""

from typing import ClassVar

from sources.reviews import Reviews


class Opineo(Reviews):
    """Source kind `opineo`."""

    kind: ClassVar[str] = "opineo"
    example: ClassVar[str] = "https://www.opineo.pl/opinie/example-pl"
