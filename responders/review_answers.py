"""What answering a review through an interface has in common: a review has one answer, and sending another takes its
place. So the review is looked at first: our own words standing there mean that it is done, and anybody else's that a
person must decide, since they would be lost.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from listener.credentials import ANSWER
from listener.errors import Failure, PermanentDelivery, TransientDelivery
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig
from listener.tokens import Clock, now_utc
from responders.interface import answer, refused, text_of, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The answer that a review has. pending: the place has it, and does not show it yet."""

    text: str
    pending: bool = False


class ReviewPublisher(ABC):
    """Base of the publishers. A kind says how a review is asked for, how an answer is sent, and what stands there."""

    kind: ClassVar[str]
    absence_is_certain: ClassVar[bool] = True
    longest: ClassVar[int | None] = None
    mend: ClassVar[str] = ""

    def __init__(self, config: SourceConfig, *, clock: Clock = now_utc) -> None:
        self.config = config
        self.where = config.name
        self.clock = clock
        self.check()

    @abstractmethod
    def check(self) -> None:
        """ConfigError where the options do not let us answer."""

    @abstractmethod
    def asks(self, request: Request) -> Generator[Request, Page, Page]:
        """Sends a request with what shows who asks."""

    @abstractmethod
    def review(self, reply: OutgoingReply) -> Request:
        """Asks for the review that is answered."""

    @abstractmethod
    def sending(self, reply: OutgoingReply) -> Request:
        """Sends the answer."""

    @abstractmethod
    def standing(self, said: Mapping[str, Any], reply: OutgoingReply) -> Standing | None:
        """The answer of a review, out of what review() brought."""

    @abstractmethod
    def taken(self, said: Mapping[str, Any], reply: OutgoingReply) -> Outcome:
        """What became of it, out of what sending() brought. PermanentDelivery where the place refused it after all."""

    def length(self, text: str) -> int:
        """As the place counts it."""
        return len(text)

    def why(self, said: Mapping[str, Any]) -> tuple[str, Failure | None]:
        """The place's own words for a refusal, and what it means where the status does not tell."""
        return text_of(said, "message"), None

    # --- the conversation -------------------------------------------------------------------------------------

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """Looks, and answers where nothing stands yet."""
        if self.longest is not None and self.length(reply.text) > self.longest:
            raise PermanentDelivery(
                f"the place takes {self.longest}, not {self.length(reply.text)}", where=self.where, mend="shorten it"
            )
        standing = yield from self._look(reply)
        if standing is not None:
            if words(standing.text) != words(reply.text):
                raise PermanentDelivery(
                    "the review has an answer already, which ours would replace",
                    where=self.where, mend="change it on the place's own pages",
                )  # fmt: skip
            return self._published(reply, pending=standing.pending)
        page = yield from self.asks(self.sending(reply))
        self._check(page)
        outcome = self.taken(answer(page), reply)
        return self._published(reply, pending=outcome is Outcome.PENDING_MODERATION)

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """Our answer, where it stands."""
        standing = yield from self._look(reply)
        if standing is None or words(standing.text) != words(reply.text):
            return None
        return self._published(reply, pending=standing.pending)

    def _look(self, reply: OutgoingReply) -> Generator[Request, Page, Standing | None]:
        page = yield from self.asks(self.review(reply))
        if page.status in (404, 410):
            raise PermanentDelivery("the review is gone, or out of reach", where=self.where)
        self._check(page)
        return self.standing(answer(page), reply)

    def _check(self, page: Page) -> None:
        if page.status < 400:
            return
        said, failure = self.why(answer(page))
        if failure is Failure.RATE_LIMITED:
            raise TransientDelivery(said or "too many requests", where=self.where, retry_after=600.0)
        raise refused(page, said, self.where, self.mend)

    def _published(self, reply: OutgoingReply, *, pending: bool) -> Published:
        return Published(
            outcome=Outcome.PENDING_MODERATION if pending else Outcome.PUBLISHED,
            url=reply.post.url,
            native_id=reply.post.native_id + ANSWER,
        )


def sent(url: str, method: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Request:
    """A request that changes something."""
    return Request(url=url, method=method, headers=headers or {}, json=dict(body), api=True)
