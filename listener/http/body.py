"""Reads a response's body, with a cap on what comes over the wire and on what it inflates to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from listener.errors import Failure, FetchError
from listener.http.decoders import Damaged, TooLarge, decoder


@dataclass(frozen=True, slots=True)
class Body:
    """The decoded bytes, how many came over the wire, and whether the cap cut the body off."""

    content: bytes
    wire: int
    cut: bool = False


async def read_capped(chunks: AsyncIterator[bytes], encoding: str, cap: int, where: str) -> Body:
    """The body, decoded, up to cap bytes. One that is damaged or was cut short on its way raises FetchError."""
    machine = decoder(encoding, where)
    content, wire = bytearray(), 0
    try:
        async for chunk in chunks:
            wire += len(chunk)
            content += machine.feed(chunk, cap - len(content))
            if wire > cap:
                return Body(bytes(content), wire, cut=True)
    except TooLarge as over:
        return Body(bytes(content) + over.kept, wire, cut=True)
    except Damaged as error:
        raise FetchError("the compressed body is damaged", failure=Failure.BAD_CONTENT, where=where) from error
    if not machine.complete():
        raise FetchError("the body was cut short", failure=Failure.TRANSIENT, where=where)
    return Body(bytes(content), wire)
