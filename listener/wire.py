"""JSON in and out of the words of the house, as docs/contract names the fields. UTF-8, one object a line.

Reading is forgiving about what is not ours (extra fields are ignored here; doors that echo an object keep them)
and strict about what is: a wrong value is WrongUse with the line and the field.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from listener.errors import WrongUse
from listener.model import Classification, Mention, Post, StoredPost, SuggestedReply, Violation

Json = dict[str, Any]
T = TypeVar("T")

_POST_ORDER = (
    "source", "kind", "native_id", "thread_id", "thread_title", "thread_url", "parent_id", "author", "author_id",
    "author_url", "published_at", "published_raw", "url", "text", "quotes", "rating", "rating_scale", "seen_at",
)  # fmt: skip
_TIMES = ("published_at", "seen_at")


@dataclass(frozen=True, slots=True)
class Line:
    """One object of a JSONL input. number: of the line, from 1; where: the file and the number, for errors."""

    number: int
    where: str
    value: Json


@cache
def _adapter(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


# --- lines --------------------------------------------------------------------------------------------------


def read_lines(lines: Iterable[bytes], name: str = "standard input") -> Iterator[Line]:
    """Objects of JSONL, empty lines skipped. WrongUse names the line that is not UTF-8, not JSON or no object."""
    for number, raw in enumerate(lines, start=1):
        text = raw.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else raw.strip()
        if text:
            where = f"{name}: line {number}"
            yield Line(number, where, _object(text, where))


def _object(raw: bytes, where: str) -> Json:
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise WrongUse(f"not UTF-8 at byte {error.start}", where=where, mend="convert the file to UTF-8") from None
    except json.JSONDecodeError as error:
        raise WrongUse(f"not JSON: {error.msg} at character {error.pos + 1}", where=where) from None
    except (ValueError, RecursionError) as error:  # NaN, a number of thousands of digits, a thousand brackets
        raise WrongUse(f"not usable JSON: {error}", where=where) from None
    if not isinstance(value, dict):
        raise WrongUse("must be an object", where=where, mend="one JSON object a line")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_encode_ascii = json.JSONEncoder(allow_nan=False).encode


def to_line(value: Mapping[str, Any]) -> str:
    """One line of JSON without its line end, letters as they are; half a surrogate pair stays escaped."""
    text = _encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _encode_ascii(value)
    return text


# --- posts --------------------------------------------------------------------------------------------------


def post_to_json(post: Post) -> Json:
    """The fields of the contract in its order; unknown is null."""
    dumped = _adapter(Post).dump_python(post, mode="json")
    return {name: dumped[name] for name in _POST_ORDER}


def post_from_json(obj: Mapping[str, Any], where: str = "post") -> Post:
    """WrongUse where a field that a Post cannot be without is missing, or a value is not what it should be."""
    given = {**obj, **_times(obj, where)}
    if given.get("quotes", ()) is None:
        given["quotes"] = ()
    return _validated(Post, given, where)


def loose_post_from_json(obj: Mapping[str, Any], where: str, now: datetime) -> Post:
    """For work on the text alone (matching, suggesting): only `text` must be there, the rest is filled with ""."""
    stand_in = {"source": "", "kind": "", "native_id": "", "url": "", "seen_at": now, "quotes": ()}
    given = {key: value for key, value in obj.items() if value is not None or key not in stand_in}
    return post_from_json({**stand_in, **given}, where)


def _times(obj: Mapping[str, Any], where: str) -> dict[str, datetime | None]:
    return {name: _time(obj[name], f"{where}: {name}") for name in _TIMES if name in obj}


def _time(value: object, where: str) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WrongUse('must be a time with its zone, such as "2025-01-31T12:00:00Z"', where=where)
    return moment.astimezone(UTC)


# --- opinions and drafts ------------------------------------------------------------------------------------


def classification_to_json(classification: Classification) -> Json:
    """The `classification` of the contract."""
    dumped: Json = _adapter(Classification).dump_python(classification, mode="json")
    return dumped


def classification_from_json(obj: object, where: str = "classification") -> Classification:
    """WrongUse for unknown labels and missing fields."""
    return _validated(Classification, obj, where)


def loose_classification_from_json(obj: object, where: str) -> Classification:
    """As classification_from_json, for work that uses what there is: labels that are not given do not hold."""
    neutral: Json = {
        "language": None, "sentiment": "neutral", "intents": (), "urgency": "normal", "topics": (),
        "confidence": {}, "evidence": (), "model": "",
    }  # fmt: skip
    if not isinstance(obj, Mapping):
        raise WrongUse("must be an object", where=where)
    return classification_from_json({**neutral, **{k: v for k, v in obj.items() if v is not None}}, where)


def mention_to_json(mention: Mention) -> Json:
    """One entry of `mentions`: the query as written, its brand, why and where it matched."""
    dumped = _adapter(Mention).dump_python(mention, mode="json")
    return {
        "query": mention.query.expression,
        "brand": mention.query.brand,
        "why": mention.why,
        "spans": dumped["spans"],
    }


def suggestion_to_json(suggestion: SuggestedReply) -> Json:
    """One entry of `suggestions`."""
    dumped: Json = _adapter(SuggestedReply).dump_python(suggestion, mode="json")
    return dumped


def violation_to_json(violation: Violation) -> Json:
    """One entry of `violations`."""
    dumped: Json = _adapter(Violation).dump_python(violation, mode="json")
    return dumped


def to_json(value: Any) -> Json:
    """Any other frozen value of the house, field by field: tickets, deliveries, lines of the audit log."""
    cls: Callable[..., Any] = type(value)
    dumped: Json = _adapter(cls).dump_python(value, mode="json")
    return dumped


def stored_to_json(stored: StoredPost) -> Json:
    """A post as kept: the fields of Post, then what was found in it."""
    return {
        **post_to_json(stored.post),
        "id": stored.id,
        "revisions": stored.revisions,
        "deleted_at": stored.deleted_at and stored.deleted_at.isoformat().replace("+00:00", "Z"),
        "classification": stored.classification and classification_to_json(stored.classification),
        "mentions": [mention_to_json(mention) for mention in stored.mentions],
    }


def _validated(cls: Callable[..., T], obj: object, where: str) -> T:
    try:
        value: T = _adapter(cls).validate_python(obj)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(step) for step in problem["loc"])
        message = "is missing" if problem["type"] == "missing" else problem["msg"]
        raise WrongUse(message[:1].lower() + message[1:], where=f"{where}: {field}" if field else where) from None
    return value
