"""What the demo's configuration hears: each hand-written post says of whom it speaks, and the queries agree."""

import pytest

from listener.demo.content import Content
from listener.matching import compile as compile_queries
from listener.protocols import Matcher
from listener.settings import Settings, load
from listener.shipped import config_folder
from tests.making import a_post


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(config_folder("demo.toml"), {})


@pytest.fixture(scope="module")
def matcher(settings: Settings) -> Matcher:
    return compile_queries(settings.queries)


def heard(matcher: Matcher, source: str, title: str, text: str) -> set[str]:
    said = "\n".join(line for line in text.splitlines() if not line.startswith(">"))
    post = a_post(source=source, thread_title=title, text=said)
    return {mention.query.brand for mention in matcher.match(post)}


def test_forum_posts_are_heard_where_they_speak_of_a_brand_and_only_there(
    everything: Content, matcher: Matcher
) -> None:
    wrong = [
        (post.about, post.text)
        for thread in everything.forum.thread
        for post in thread.post
        if heard(matcher, "forum", thread.title, post.text) != set(post.about)
    ]
    assert wrong == []


def test_reviews_and_comments_are_heard_named_or_not(everything: Content, matcher: Matcher) -> None:
    names = {company.id: company.name for company in everything.reviews.company}
    for review in everything.reviews.review:
        title = f"{names[review.company]}: {review.title}"
        assert heard(matcher, "opinie", title, review.text) == {review.company}
    for post in everything.page.post:
        for comment in post.comment:
            assert heard(matcher, "strona", f"{everything.page.title}: {post.text}", comment.text) == {"okna"}


def test_places_of_our_own_are_heard_always_and_a_tag_where_it_speaks_of_a_brand(
    everything: Content, matcher: Matcher
) -> None:
    for review in everything.app.review:
        assert heard(matcher, "aplikacja", everything.app.title, review.text) == {"okna"}
    market = everything.market
    for text in (*(rating.text for rating in market.rating), *(case.text for case in market.case)):
        assert heard(matcher, "allegro", "Allegro: ocena", text) == {"okna"}
    posts = everything.network.post
    assert [(post.text, heard(matcher, "mastodon", "", post.text)) for post in posts] == [
        (post.text, set(post.about)) for post in posts
    ]
    assert all(f"#{everything.network.tag}" in post.text for post in posts)


def test_the_content_has_all_that_a_board_has(everything: Content) -> None:
    posts = [post for thread in everything.forum.thread for post in thread.post]
    texts = " ".join(post.text for post in posts)
    for form in ("Wintermann ", "Wintermanna", "Wintermannowi", "Wintermannem", "w Wintermannie", "Wintermanny"):
        assert form in texts
    assert sum(not post.about for post in posts) > 20
    notes = " ".join(post.note for post in posts)
    for kind in ("irony", "diacritics", "critical", "deadline", "unanswered", "competitor", "spam", "slang", "lead"):
        assert kind in notes
