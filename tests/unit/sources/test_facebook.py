"""The poll of a page, over the stand-in for the Graph API: what is read, what it costs, what an error means."""

import json
from datetime import timedelta

import pytest

from listener.demo.standins.graph import GraphStandIn
from listener.demo.standins.graph_world import GraphError, Token
from listener.errors import ConfigError, Failure, FetchError
from listener.graph import Access, Meaning, hidden, refusal, usage
from listener.model import Post
from listener.protocols import Parsed, Request
from listener.putoff import base_of, may_wait, written
from sources.facebook import Facebook
from tests.fakes import Clock
from tests.graph import ANNA, FOREIGN, JAN, PAGE, TOKEN, GraphHttp, a_config, a_graph


class Walk:
    """A pass over the page without a database: every request followed, marks kept."""

    def __init__(self, graph: GraphStandIn, **options: object) -> None:
        self.http = GraphHttp(graph)
        self.source = Facebook(a_config(graph, **options))
        self.cursor: dict[str, str] = {}

    def run(self) -> list[Parsed]:
        queue, results, cursor = list(self.source.requests(self.cursor)), [], dict(self.cursor)
        while queue:
            parsed = self.source.parse(self.http.page(queue.pop(0)), cursor)
            queue += parsed.follow
            results.append(parsed)
            for name, value in parsed.marks.items():
                if value is None:
                    self.cursor.pop(name, None)
                else:
                    self.cursor[name] = value
        return results

    def posts(self) -> dict[str, Post]:
        return {post.native_id: post for parsed in self.run() for post in parsed.posts}


@pytest.fixture
def graph(clock: Clock) -> GraphStandIn:
    return a_graph(clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_posts_of_visitors_and_comments_with_their_parents(graph: GraphStandIn, clock: Clock) -> None:
    ours = graph.add_post(PAGE, "Nowe okna już w sklepie")
    top = graph.comment(ours, "Okna Wintermanna ciekną", ANNA)
    answer = graph.comment(top, "U mnie też", JAN)
    graph.comment(top, "Prosimy o numer zamówienia")
    visitor = graph.add_post(PAGE, "Kiedy serwis?", JAN)

    posts = Walk(graph).posts()
    assert set(posts) == {top.id, answer.id, visitor.id}
    assert posts[top.id].parent_id == ours.id
    assert posts[answer.id].parent_id == top.id
    assert {posts[top.id].thread_id, posts[answer.id].thread_id} == {ours.id}
    assert posts[top.id].thread_title == "Nowe okna już w sklepie"
    assert (posts[visitor.id].thread_id, posts[visitor.id].parent_id) == (visitor.id, None)
    assert (posts[top.id].author, posts[top.id].author_id) == ("Anna Nowak", "7001")
    assert posts[top.id].published_at == clock.now


def test_a_person_who_may_not_be_seen_has_no_name(graph: GraphStandIn) -> None:
    post = graph.add_post(PAGE, "Skarga", ANNA)
    post.author = None
    assert Walk(graph).posts()[post.id].author is None


def test_a_long_thread_is_read_to_its_end_once_and_then_only_its_head(graph: GraphStandIn, clock: Clock) -> None:
    graph.empty_pages = 2
    ours = graph.add_post(PAGE, "Pytania?")
    for number in range(120):
        clock.advance(minutes=10)
        graph.comment(ours, f"Pytanie {number}", ANNA)
    walk = Walk(graph)
    assert len(walk.posts()) == 120
    clock.advance(minutes=15)
    late = graph.comment(ours, "Jeszcze jedno", JAN)
    before = len(walk.http.asked)
    assert late.id in walk.posts()
    assert len(walk.http.asked) == before + 1


def test_an_empty_page_with_a_next_one_is_not_the_end(graph: GraphStandIn, clock: Clock) -> None:
    graph.empty_pages = 3
    first = graph.add_post(PAGE, "Najstarszy", ANNA)
    for number in range(30):
        clock.advance(minutes=1)
        graph.add_post(PAGE, f"Wpis {number}", JAN)
    assert first.id in Walk(graph).posts()


def test_a_quiet_page_costs_one_call_a_pass(graph: GraphStandIn, clock: Clock) -> None:
    graph.add_post(PAGE, "Cisza")
    walk = Walk(graph)
    walk.run()
    for _ in range(5):
        clock.advance(minutes=20)
        before = len(walk.http.asked)
        walk.run()
        assert len(walk.http.asked) == before + 1


def test_what_the_page_hid_is_gone_and_what_was_removed_stays_gone(graph: GraphStandIn) -> None:
    ours = graph.add_post(PAGE, "Wpis")
    hidden_one, removed = graph.comment(ours, "Wulgarne", ANNA), graph.comment(ours, "Cofnięte", JAN)
    graph.hide(hidden_one)
    walk = Walk(graph)
    walk.cursor[f"changed:{removed.id}"] = "1z000000000001:000000000001"
    results = walk.run()
    assert results[0].gone == (hidden_one.id,)
    assert results[0].hidden == {ours.id: False, hidden_one.id: True, removed.id: False}
    assert not results[0].posts


def test_a_foreign_page_gives_no_ids_and_each_post_once(graph: GraphStandIn) -> None:
    post = graph.add_post(FOREIGN, "Promocja")
    graph.comment(post, "Wolę okna Wintermanna", ANNA)
    graph.tokens["EAAfeature-token-000"] = Token(page=PAGE, feature=True)
    walk = Walk(graph, page_id=FOREIGN, access_token="EAAfeature-token-000", own=False)
    first, second = walk.posts(), walk.posts()
    assert list(first) == list(second)
    said = next(one for one in first.values() if one.text == "Wolę okna Wintermanna")
    assert said.native_id.startswith("words:")
    assert said.author is None


def test_no_address_mark_or_page_holds_the_token(graph: GraphStandIn, clock: Clock) -> None:
    ours = graph.add_post(PAGE, "Pytania?")
    for _ in range(60):
        clock.advance(minutes=1)
        graph.comment(ours, "Pytanie", ANNA)
    walk = Walk(graph)
    results = walk.run()
    base = base_of(walk.source.requests({}))
    for request in walk.http.asked:
        assert TOKEN not in request.url
        assert "appsecret_proof" not in request.url
        assert TOKEN not in repr(request.secret) or request.tag == "token"
        assert may_wait(request, base) == (request.tag != "token")
        assert TOKEN not in written(request, "facebook", "1", {}, base)
    assert TOKEN not in repr([parsed.marks for parsed in results])
    assert any("after=" in request.url for request in walk.http.asked)


@pytest.mark.parametrize(
    ("code", "subcode", "failure", "mend"),
    [
        (190, 463, Failure.AUTH, "expired"),
        (190, 460, Failure.AUTH, "password"),
        (102, 0, Failure.AUTH, "connect the page again"),
        (10, 0, Failure.AUTH, "check --online"),
        (200, 0, Failure.AUTH, "check --online"),
        (368, 0, Failure.BLOCKED, "a person"),
        (4, 0, Failure.RATE_LIMITED, "waits"),
        (17, 0, Failure.RATE_LIMITED, "waits"),
        (32, 0, Failure.RATE_LIMITED, "waits"),
        (613, 0, Failure.RATE_LIMITED, "waits"),
        (80001, 0, Failure.RATE_LIMITED, "waits"),
        (12, 0, Failure.GONE, "for good"),
        (100, 33, Failure.GONE, "deleted"),
        (100, 0, Failure.BAD_CONTENT, "page_id"),
        (2, 0, Failure.TRANSIENT, ""),
    ],
)
def test_an_error_says_what_a_person_must_do(
    graph: GraphStandIn, code: int, subcode: int, failure: Failure, mend: str
) -> None:
    graph.faults.append(GraphError(code, f"Nie można ({TOKEN})", subcode=subcode))
    with pytest.raises(FetchError) as raised:
        Walk(graph).run()
    assert raised.value.failure is failure
    assert mend in raised.value.mend
    assert "AStandInTrace" in str(raised.value)
    assert TOKEN not in str(raised.value)
    assert (raised.value.retry_after is not None) == (failure is Failure.RATE_LIMITED)


def test_a_list_that_may_not_be_seen_is_left_out_and_told(graph: GraphStandIn) -> None:
    rights = frozenset({"pages_read_engagement"})
    graph.tokens[TOKEN] = Token(page=PAGE, permissions=rights)
    graph.add_post(PAGE, "Skarga", ANNA)
    results = Walk(graph).run()
    assert [post.text for parsed in results for post in parsed.posts] == ["Skarga"]
    assert any("pages_read_user_content" in note for parsed in results for note in parsed.notes)


def test_the_budget_is_obeyed(graph: GraphStandIn, clock: Clock) -> None:
    graph.add_post(PAGE, "Wpis")
    walk = Walk(graph)
    graph.budget = 5
    walk.run()  # one call for the list, two for what is beside it, one for the token
    slow = walk.run()
    assert slow[0].hints["ttl_minutes"] == "60"
    assert "rest_seconds" in slow[0].hints
    with pytest.raises(FetchError, match="too many calls") as raised:
        walk.run()
    assert raised.value.retry_after == 1800


def test_usage_is_the_fullest_of_all_budgets_and_nonsense_is_none() -> None:
    said = {"123": [{"type": "pages", "call_count": 12, "total_time": 80, "estimated_time_to_regain_access": 7}]}
    headers = {"x-app-usage": '{"call_count": 30}', "x-business-use-case-usage": json.dumps(said)}
    assert (usage(headers).percent, usage(headers).regain) == (80, 420)
    assert usage({"x-app-usage": "[1, 2", "x-page-usage": '{"call_count": "many"}'}).percent == 0


def test_another_version_answers(graph: GraphStandIn) -> None:
    assert any("v26.0 answers, v25.0" in note for note in Walk(graph, version="v25.0").run()[0].notes)


def test_people_are_told_before_a_token_dies(graph: GraphStandIn, clock: Clock) -> None:
    graph.tokens[TOKEN] = Token(page=PAGE, expires=clock.now + timedelta(days=20))
    walk = Walk(graph)
    walk.run()
    clock.advance(days=5)
    assert "warning" not in walk.run()[0].hints
    clock.advance(days=5)
    assert "the access token ends on 2026-12-12" in walk.run()[0].hints["warning"]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"page_id": ""}, "page_id"),
        ({"page_id": "okna"}, "page_id"),
        ({"access_token": ""}, "access_token"),
        ({"version": "26"}, "version"),
        ({"own": "yes"}, "own"),
        ({"acess_token": "x"}, "acess_token"),
    ],
)
def test_options_are_checked(graph: GraphStandIn, options: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        Facebook(a_config(graph, **options))


def test_further_pages_on_another_host_are_not_followed(graph: GraphStandIn) -> None:
    access = Access.of(a_config(graph))
    assert access.further("https://evil.example/v26.0/x?after=1", "older", {}) is None
    request = access.further(f"https://graph.example/v26.0/x?access_token={TOKEN}&after=1&limit=5", "older", {})
    assert isinstance(request, Request)
    assert request.url == "https://graph.example/v26.0/x?after=1&limit=5"


def test_an_answer_that_is_not_facebooks(graph: GraphStandIn) -> None:
    access = Access.of(a_config(graph))
    wrong = refusal(502, {}, b"<html>", access)
    assert wrong is not None
    assert wrong.meaning is Meaning.TRANSIENT
    assert refusal(200, {}, b'{"data": []}', access) is None
    assert hidden("token EAAabcdefgh123456 and 123456|abcdefghijk", access) == "token ... and ..."
