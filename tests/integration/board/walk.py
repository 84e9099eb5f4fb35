"""A pass over a source, as short as it can be: what the tests of the board need of a crawl."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy
from listener.model import Post
from listener.protocols import Request, Source

POLICY = HttpPolicy(retries=0, total_timeout=20)


@dataclass
class Walk:
    """What passes have gathered so far: posts by id with their last text, the cursor, addresses read in the last."""

    source: Source
    posts: dict[str, Post] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    cursor: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def go(self) -> None:
        """One whole pass. Marks are saved at its end, when all is stored."""
        asyncio.run(self._pass())

    async def _pass(self) -> None:
        queue: deque[Request] = deque(self.source.requests(self.cursor))
        marks: dict[str, str | None] = {}
        self.read = []
        async with Http(POLICY) as http:
            while queue:
                request = queue.popleft()
                self.read.append(request.url)
                try:
                    page = await http.fetch(request, allow_private=True)
                except FetchError as error:
                    if error.failure is not Failure.GONE:
                        raise
                    continue
                parsed = self.source.parse(page, self.cursor)
                self.posts.update({post.native_id: post for post in parsed.posts})
                self.gone.update(parsed.gone)
                marks.update(parsed.marks)
                queue.extend(parsed.follow)
        for name, value in marks.items():
            if value is None:
                self.cursor.pop(name, None)
            else:
                self.cursor[name] = value
