"""What each call of the stand-in for the Graph API does. graph.py says what it was built from, and what is not
verified.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from listener.demo.standins.graph_fields import Wanted, parse_fields
from listener.demo.standins.graph_world import PRIVATE_DAYS, PRIVATE_LENGTH, GraphError, Thing, Token

if TYPE_CHECKING:
    from listener.demo.standins.graph import GraphStandIn

_POST_LIMIT = 100
_DEFAULT_LIMIT = 25


@dataclass(slots=True)
class Call:
    """One call, its token known to be good."""

    graph: "GraphStandIn"
    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    token: Token
    bearer: str

    def run(self) -> dict[str, Any]:
        """The body of the answer. GraphError for what Facebook refuses."""
        node, _, edge = self.path.partition("/")
        if node == "debug_token":
            return self._about_token()
        if node in self.graph.names:
            return self._of_page(node, edge)
        return self._of_thing(node, edge)

    # --- pages --------------------------------------------------------------------------------------------------

    def _of_page(self, page: str, edge: str) -> dict[str, Any]:
        if edge == "ratings":
            raise GraphError(12, "(#12) Recommendations are deprecated for versions v22.0 and higher")
        if edge in ("feed", "visitor_posts", "tagged", "posts"):
            return self._feed(page, edge)
        self._own(page)
        if edge == "messages" and self.method == "POST":
            return self._message(page)
        if edge == "subscribed_apps":
            return self._subscribe(page)
        if not edge:
            return {"id": page, "name": self.graph.names[page]}
        raise GraphError(100, f"Unknown path components: /{edge}")

    def _feed(self, page: str, edge: str) -> dict[str, Any]:
        if self.token.page != page and not self.token.feature:
            raise GraphError(
                10,
                "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content "
                "Access' feature",
            )
        self._needs("pages_read_engagement")
        if edge in ("visitor_posts", "tagged"):
            self._needs("pages_read_user_content")
        posts = sorted(self.graph.posts[page], key=lambda post: (post.created, post.id), reverse=True)
        shown = [post for post in posts if self._is_in(post, edge)]
        return self._list(shown, parse_query(self.query), f"{page}/{edge}")

    @staticmethod
    def _is_in(post: Thing, edge: str) -> bool:
        own = post.author is not None and post.author[0] == post.page
        return {"feed": True, "posts": own, "visitor_posts": not own and not post.tagged, "tagged": post.tagged}[edge]

    def _message(self, page: str) -> dict[str, Any]:
        self._needs("pages_messaging")
        self._may_write(page)
        recipient = self.body.get("recipient") or {}
        thing = self.graph.things.get(str(recipient.get("comment_id") or recipient.get("post_id") or ""))
        if thing is None:
            raise GraphError(100, "(#100) No matching user found", subcode=33)
        if len(str((self.body.get("message") or {}).get("text") or "")) > PRIVATE_LENGTH:
            raise GraphError(100, "(#100) Length of param message[text] must be less than or equal to 2000")
        if thing.answered_privately:
            raise GraphError(10900, "(#10900) Activity already replied to")
        if self.graph.clock() - thing.created > PRIVATE_DAYS:
            raise GraphError(10, "(#10) This message is sent outside of allowed window.", subcode=2018278)
        thing.answered_privately = True
        self.graph.messages.append(dict(self.body))
        return {"recipient_id": (thing.author or ("0", ""))[0], "message_id": f"m_{len(self.graph.messages)}"}

    def _subscribe(self, page: str) -> dict[str, Any]:
        self._needs("pages_manage_metadata")
        if self.method == "POST":
            self.graph.subscribed.add(page)
            return {"success": True}
        data = (
            [{"id": self.graph.app_id, "subscribed_fields": ["feed", "mention"]}]
            if page in self.graph.subscribed
            else []
        )
        return {"data": data}

    # --- posts and comments -------------------------------------------------------------------------------------

    def _of_thing(self, node: str, edge: str) -> dict[str, Any]:
        thing = self.graph.things.get(node)
        if thing is None:
            raise GraphError(
                100, f"Unsupported {self.method.lower()} request. Object with ID '{node}' does not exist, cannot be "
                "loaded due to missing permissions, or does not support this operation.", subcode=33
            )  # fmt: skip
        if edge == "comments":
            return self._comments(thing) if self.method == "GET" else self._reply(thing)
        if edge:
            raise GraphError(100, f"Unknown path components: /{edge}")
        if self.method == "GET":
            return self._shown(thing, parse_query(self.query))
        return self._change(thing)

    def _comments(self, thing: Thing) -> dict[str, Any]:
        self._needs("pages_read_user_content")
        return self._list(self._of(thing, self.query), parse_query(self.query), f"{thing.id}/comments")

    def _of(self, thing: Thing, how: Mapping[str, str]) -> list[Thing]:
        """Comments under it: filter toplevel is the default, and what order there is without one is anybody's guess."""
        found = list(thing.comments) if thing.post is None else [c for c in thing.post.comments if c.parent is thing]
        if thing.post is None and how.get("filter", "toplevel") == "toplevel":
            found = [one for one in found if one.parent is None]
        found.sort(key=lambda one: (one.created, one.id), reverse=how.get("order") == "reverse_chronological")
        return found

    def _reply(self, thing: Thing) -> dict[str, Any]:
        self._own(thing.page)
        self._needs("pages_manage_engagement")
        self._may_write(thing.page)
        message = str(self.body.get("message") or "")
        if not message.strip():
            raise GraphError(100, "(#100) message must be non-empty")
        owner = self.token.page
        if self.graph.refuse_copies and any(
            one.message == message and one.author and one.author[0] == owner for one in (thing.post or thing).comments
        ):
            raise GraphError(506, "Duplicate status message")
        return {"id": self.graph.comment(thing, message).id}

    def _change(self, thing: Thing) -> dict[str, Any]:
        self._own(thing.page)
        self._needs("pages_manage_engagement")
        self._may_write(thing.page)
        if self.method == "DELETE":
            self.graph.remove(thing)
        elif "is_hidden" in self.body:
            if thing.author is None or thing.author[0] == thing.page:
                raise GraphError(200, "(#200) This comment can't be hidden", status=403)
            self.graph.hide(thing, hidden=str(self.body["is_hidden"]).lower() == "true")
        else:
            self.graph.edit(thing, str(self.body.get("message") or ""))
        return {"success": True}

    # --- shapes -------------------------------------------------------------------------------------------------

    def _shown(self, thing: Thing, wanted: Mapping[str, Wanted]) -> dict[str, Any]:
        """Only what was asked for; without the power over its page no id of a comment, and nobody's name."""
        owner = self.token.page == thing.page
        said: dict[str, Any] = {"id": thing.id} if owner or thing.post is None else {}
        known: dict[str, Any] = {
            "message": thing.message,
            "created_time": thing.created.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "updated_time": thing.updated.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "permalink_url": _link(thing, self.graph.site),
            "is_hidden": thing.hidden,
        }
        if owner and thing.author:
            known["from"] = {"id": thing.author[0], "name": thing.author[1]}
        if owner and thing.parent:
            known["parent"] = {"id": thing.parent.id}
        if owner and thing.answered_privately:
            known["private_reply_conversation"] = {"id": f"t_{thing.id}"}
        if owner:
            in_time = self.graph.clock() - thing.created <= PRIVATE_DAYS
            known["can_reply_privately"] = in_time and not thing.answered_privately
            known["can_hide"] = thing.author is not None and thing.author[0] != thing.page
        said |= {name: known[name] for name in wanted if name in known}
        if "comments" in wanted and thing.comments:
            how = wanted["comments"]
            params = {**how.modifiers, "fields": written_fields(how.fields)}
            said["comments"] = self._list(self._of(thing, params), how.fields, f"{thing.id}/comments", params)
        return said

    def _list(
        self, things: Sequence[Thing], wanted: Mapping[str, Wanted], path: str, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """A page of a list. Where the stand-in is told so there are empty pages in between, with a next one."""
        how = self.query if params is None else params
        limit = min(int(how.get("limit") or _DEFAULT_LIMIT), _POST_LIMIT)
        start, empty = _place(how.get("after", ""))
        if empty < self.graph.empty_pages and start > 0:
            return {"data": [], "paging": self._next(path, how, start, empty + 1)}
        data = [self._shown(thing, wanted) for thing in things[start : start + limit]]
        more = start + limit < len(things)
        return {"data": data, "paging": self._next(path, how, start + limit, 0)} if more else {"data": data}

    def _next(self, path: str, how: Mapping[str, str], start: int, empty: int) -> dict[str, Any]:
        after = base64.urlsafe_b64encode(f"{start}:{empty}".encode()).decode()
        kept = {name: value for name, value in how.items() if name not in ("_base", "after", "appsecret_proof")}
        asked = urlencode({**kept, "access_token": self.bearer, "after": after})
        url = f"{self.query['_base']}/{self.graph.version}/{path}?{asked}"
        return {"cursors": {"before": after, "after": after}, "next": url}

    def _about_token(self) -> dict[str, Any]:
        token = self.graph.tokens.get(self.query.get("input_token", ""))
        if token is None:
            return {
                "data": {
                    "is_valid": False,
                    "error": {"code": 190, "message": "The access token could not be decrypted"},
                }
            }
        return {
            "data": {
                "app_id": self.graph.app_id,
                "type": "PAGE",
                "is_valid": True,
                "expires_at": int(token.expires.timestamp()) if token.expires else 0,
                "data_access_expires_at": int(token.data_ends.timestamp()) if token.data_ends else 0,
                "scopes": sorted(token.permissions),
                "profile_id": token.page,
            }
        }

    # --- rights -------------------------------------------------------------------------------------------------

    def _own(self, page: str) -> None:
        if self.token.page != page:
            raise GraphError(200, "(#200) The page does not belong to this token", status=403)

    def _needs(self, permission: str) -> None:
        if permission not in self.token.permissions and not self.token.feature:
            raise GraphError(200, f"(#200) Requires {permission} permission to manage the object", status=403)

    def _may_write(self, page: str) -> None:
        if page in self.graph.blocked:
            raise GraphError(368, "The action attempted has been deemed abusive or is otherwise disallowed")


def parse_query(query: Mapping[str, str]) -> dict[str, Wanted]:
    """The fields of a call; an id where it names none."""
    try:
        return parse_fields(query.get("fields", "id"))
    except ValueError as error:
        raise GraphError(2500, str(error)) from None


def written_fields(fields: Mapping[str, Wanted]) -> str:
    """The fields parameter that asks for these."""
    return ",".join(f"{name}{{{written_fields(one.fields)}}}" if one.fields else name for name, one in fields.items())


def _place(after: str) -> tuple[int, int]:
    if not after:
        return 0, 0
    try:
        start, _, empty = base64.urlsafe_b64decode(after.encode()).decode().partition(":")
        return int(start), int(empty)
    except ValueError:
        raise GraphError(100, "Invalid cursors values") from None


def _link(thing: Thing, site: str) -> str:
    if thing.post is None:
        return f"{site}/{thing.id}"
    return f"{site}/{thing.post.id}?comment_id={thing.id.partition('_')[2]}"
