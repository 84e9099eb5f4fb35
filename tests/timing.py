"""Limits on work, not on time: a busy machine makes everything late, but gives nobody more to do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def work_within(seconds: float) -> Iterator[None]:
    """Fails where this thread itself worked longer. Far above what is usual: it tells minutes from moments."""
    started = time.thread_time()
    yield
    worked = time.thread_time() - started
    assert worked < seconds, f"{worked:.1f} s of work"
