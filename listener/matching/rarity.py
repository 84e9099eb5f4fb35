"""A guess at how often a word stands in Polish posts, to anchor a query on its rarest clause."""

from functools import lru_cache

from listener.matching.inflection import dictionary


@lru_cache(maxsize=50_000)
def commonness(text: str) -> float:
    """Relative, higher is commoner. Names no dictionary knows are rarest; short words are common."""
    words = text.split()
    return min(_word(word) for word in words) / len(words)


def _word(word: str) -> float:
    everyday = 20.0 if dictionary.is_common(word) else 1.0
    return everyday * (1 + 8 / (1 + len(word)))
