"""Time as the client sees it. Tests hand in their own, so that no test waits."""

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards, from an arbitrary start."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Waits that many seconds."""
        await asyncio.sleep(seconds)
