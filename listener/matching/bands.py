"""An index of sketches that finds the ones like a given one among a million, in memory.

Rows of a sketch are taken in bands; sketches that share two whole bands are candidates, and every candidate's sketch is
compared. Band hashes lie in sorted runs that grow by merging, 8 bytes an entry, so that a search is a binary search
and the arrays of a million texts take some 460 MB; a merge needs as much again for a moment.
"""

import numpy as np
import numpy.typing as npt

Sketch = npt.NDArray[np.uint32]

_FRESH = 1_024
_GROWTH = 4
_SHARED = 2
"""bands that two sketches must share to be compared: of texts half alike 97 in 100 do, of texts a tenth alike one in
a thousand; with one band it would be one in twenty-five"""


class _Run:
    """Sorted band hashes with the rows they came from."""

    __slots__ = ("hashes", "rows")

    def __init__(self, hashes: npt.NDArray[np.uint32], rows: npt.NDArray[np.uint32]) -> None:
        order = np.argsort(hashes, kind="stable")
        self.hashes, self.rows = hashes[order], rows[order]

    def find(self, wanted: npt.NDArray[np.uint32]) -> list[npt.NDArray[np.uint32]]:
        left = np.searchsorted(self.hashes, wanted, "left")
        right = np.searchsorted(self.hashes, wanted, "right")
        some = np.flatnonzero(right > left)
        return [self.rows[left[band] : right[band]] for band in some]


class BandIndex:
    """Sketches of one length under integer keys. bands * (rows of a band) is at most that length; threshold: the share
    of equal rows from which find reports a sketch."""

    def __init__(self, length: int, bands: int, threshold: float) -> None:
        self._bands, self._size, self._threshold = bands, length // bands, threshold
        self._sketches = np.zeros((_FRESH, length), dtype=np.uint8)
        self._keys = np.full(_FRESH, -1, dtype=np.int64)
        self._count = 0
        self._runs: list[_Run] = []
        self._fresh: dict[int, list[int]] = {}
        self._fresh_from = 0

    def __len__(self) -> int:
        return int((self._keys[: self._count] >= 0).sum())

    def add(self, key: int, sketch: Sketch) -> None:
        """Keeps a sketch under a key (0 or more)."""
        row = self._count
        if row == len(self._keys):
            self._grow()
        self._sketches[row] = sketch & 0xFF
        self._keys[row] = key
        self._count += 1
        for value in self._hashes(sketch[None, :])[0].tolist():
            self._fresh.setdefault(value, []).append(row)
        if self._count - self._fresh_from >= _FRESH:
            self._settle()

    def remove(self, key: int) -> None:
        """Forgets a key; unknown ones are no error."""
        self._keys[: self._count][self._keys[: self._count] == key] = -1

    def find(self, sketch: Sketch) -> list[tuple[int, float]]:
        """(key, similarity) of the kept sketches at or above the threshold, most alike first."""
        wanted = self._hashes(sketch[None, :])[0]
        parts = [part for run in self._runs for part in run.find(wanted)]
        fresh = [row for value in wanted.tolist() for row in self._fresh.get(value, ())]
        rows, bands = np.unique(np.concatenate([*parts, np.array(fresh, dtype=np.uint32)]), return_counts=True)
        rows = rows[bands >= _SHARED]
        rows = rows[self._keys[rows] >= 0]
        equal = (self._sketches[rows] == (sketch & 0xFF).astype(np.uint8)).mean(axis=1)
        alike = np.maximum(0.0, (equal - 1 / 256) / (1 - 1 / 256))  # a byte agrees by chance once in 256
        near = np.flatnonzero(alike >= self._threshold)
        found = [(int(self._keys[rows[at]]), float(alike[at])) for at in near]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _hashes(self, sketches: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """One 32-bit hash for each band of each sketch, different from band to band."""
        cut = sketches[:, : self._bands * self._size].reshape(len(sketches), self._bands, self._size).astype(np.uint64)
        mixed = np.arange(1, self._bands + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        value = np.broadcast_to(mixed, cut.shape[:2]).copy()
        for at in range(self._size):
            value = (value ^ cut[:, :, at]) * np.uint64(0xFF51AFD7ED558CCD)
            value ^= value >> np.uint64(29)
        return (value >> np.uint64(32)).astype(np.uint32)

    def _grow(self) -> None:
        """Room for half as many again."""
        more = max(_FRESH, len(self._keys) // 2)
        self._sketches = np.concatenate([self._sketches, np.zeros((more, self._sketches.shape[1]), dtype=np.uint8)])
        self._keys = np.concatenate([self._keys, np.full(more, -1, dtype=np.int64)])

    def _settle(self) -> None:
        """Turns what is fresh into a run, and merges runs of like size."""
        pairs = [(value, row) for value, rows in self._fresh.items() for row in rows]
        made = np.array(pairs, dtype=np.uint32)
        self._runs.append(_Run(made[:, 0], made[:, 1]))
        self._fresh, self._fresh_from = {}, self._count
        while len(self._runs) > 1 and len(self._runs[-2].rows) < _GROWTH * len(self._runs[-1].rows):
            last, before = self._runs.pop(), self._runs.pop()
            self._runs.append(
                _Run(np.concatenate([before.hashes, last.hashes]), np.concatenate([before.rows, last.rows]))
            )
