"""Our own kind `spirit`, made for real django-spirit boards, reads the demo forum and answers on it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import httpx

from listener.demo.world import BoardPost, Visible
from listener.http import Http, HttpPolicy, converse
from listener.model import Post
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig
from responders.spirit import SpiritPublisher
from sources.spirit import Spirit
from tests.integration.demo.conftest import START, Demo


def config(demo: Demo) -> SourceConfig:
    options = {"username": "okna-wintermann", "password": "szczelne-okna"}
    return SourceConfig(name="forum", kind="spirit", url=demo.servers.url("forum"), options=options)


def fetched(client: httpx.Client, request: Request, demo: Demo) -> Page:
    answer = client.get(request.url, headers=dict(request.headers), follow_redirects=True)
    return Page(
        url=str(answer.url),
        status=answer.status_code,
        headers=dict(answer.headers),
        body=answer.content,
        fetched_at=demo.clock(),
        request=request,
    )


def crawled(demo: Demo) -> Iterator[Post]:
    source = Spirit(config(demo))
    queue = list(source.requests({}))
    with demo.client("forum") as client:
        while queue:
            parsed = source.parse(fetched(client, queue.pop(0), demo), {})
            queue += parsed.follow
            yield from parsed.posts


def plain(post: BoardPost) -> str:
    """What is left of a hand-written post without quotes and Markdown."""
    lines = (line for line in post.text.splitlines() if not line.startswith(">"))
    return "".join(sign for line in lines for sign in line.removeprefix("- ") if sign.isalpha())


def test_every_post_is_read_as_it_stands(demo: Demo) -> None:
    demo.clock.at(600)
    posts = {post.native_id: post for post in crawled(demo)}
    visible: Visible = demo.world.visible(demo.clock())
    standing = {str(post.number): (thread, post) for thread in visible.threads for post in thread.posts}
    assert posts.keys() == standing.keys()
    for number, (thread, post) in standing.items():
        read = posts[number]
        assert (read.author, read.thread_id, read.thread_title) == (post.author.name, str(thread.number), thread.title)
        assert "".join(sign for sign in read.text if sign.isalpha()) == plain(post)
        assert read.published_at is not None
        assert timedelta() <= post.at - read.published_at < timedelta(minutes=1)
        assert post.author.signature is None or post.author.signature not in read.text
    quotes = {(post.author, quote.author) for post in posts.values() for quote in post.quotes}
    assert ("Gwidon", "dariusz_w") in quotes
    assert len(quotes) == 4


def talk(conversation: Conversation[Published | None]) -> Published | None:
    async def run() -> Published | None:
        async with Http(HttpPolicy(retries=0)) as http:
            return await converse(http, conversation, allow_private=True)

    return asyncio.run(run())


def test_a_reply_is_posted_found_again_and_crawled(demo: Demo) -> None:
    demo.clock.at(20)
    asked = next(post for post in crawled(demo) if "przepuszczaja" in (post.thread_title or ""))
    text = "Dzień dobry,\n\nprzepraszamy za ciszę. Prosimy o wiadomość: pomoc@okna-wintermann.example *\n- Marta"
    reply = OutgoingReply(text=text, post=asked, approved_at=START + timedelta(seconds=20))
    publisher = SpiritPublisher(config(demo))
    assert talk(publisher.find(reply)) is None
    done = talk(publisher.publish(reply))
    assert done is not None
    assert done.outcome is Outcome.PUBLISHED
    assert talk(publisher.find(reply)) == done
    assert talk(publisher.publish(reply)) == done
    ours = [post for post in crawled(demo) if post.author == "okna-wintermann" and "ciszę" in post.text]
    assert [post.native_id for post in ours] == [done.native_id]
    with demo.client("forum") as client:
        assert "oficjalne konto firmy" in client.get(done.url or "", follow_redirects=True).text
