"""Phrases found in one pass over a text, whatever their number: an Aho-Corasick automaton over counted words."""

from collections.abc import Mapping, Sequence

import ahocorasick_rs


class Cues:
    """Named lists of phrases, in the order of names.

    phrases: name -> phrases as cues.toml and lexicon/ write them. A phrase matches from the start of a word on.
    longest: where matches overlap only the one that begins first counts, of those the longest ("nie przecieka", not
    "przecieka"); a phrase of two names then belongs to the first.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]], *, longest: bool = False) -> None:
        self.phrases = {name: tuple(cues) for name, cues in phrases.items()}
        self.names = tuple(phrases)
        needles: dict[str, list[int]] = {}
        for index, cues in enumerate(self.phrases.values()):
            for cue in cues:
                needles.setdefault(f" {cue}", []).append(index)
        self._overlapping = not longest
        self._owners = [owners[:1] if longest else owners for owners in needles.values()]
        kind = ahocorasick_rs.MatchKind.LeftmostLongest if longest else ahocorasick_rs.MatchKind.Standard
        self._automaton = ahocorasick_rs.AhoCorasick(list(needles), matchkind=kind)

    def find(self, norms: str) -> list[tuple[int, int, int]]:
        """Every match as (index of its name, start, end), order of ends. norms: of a text's tokens, with single spaces
        between; start and end count its characters as if there were one more space at either end."""
        found = self._automaton.find_matches_as_indexes(f" {norms} ", overlapping=self._overlapping)
        return [(owner, start, end) for needle, start, end in found for owner in self._owners[needle]]
