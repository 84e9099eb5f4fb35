"""Finds what people write about a name as the company writes it (docs/query-language.md).

compile makes a matcher of queries, forms lists how a name is inflected, parse reads one expression, replay shows
what a change of queries would have caught and lost. listener.matching.homonyms has Relevance and what it learns from;
listener.matching.duplicates finds the same complaint in several places.
"""

from listener.matching.inflection import forms
from listener.matching.matcher import compile  # noqa: A004 - what it does
from listener.matching.parser import parse
from listener.matching.replay import Change, Diff, replay

__all__ = ["Change", "Diff", "compile", "forms", "parse", "replay"]
