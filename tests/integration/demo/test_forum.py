"""The demo forum by HTTP: what people see, logging in, writing, and what hostile visitors get."""

import re

import httpx
import pytest

from tests.integration.demo.conftest import Demo

URGENT = "/topic/9/uwaga-skrzydło-wypadło-z-zawiasów-w-pokoju-dziecka/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def token(page: httpx.Response) -> str:
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]


def log_in(client: httpx.Client, name: str = "gosc", password: str = "gosc", target: str = "/") -> httpx.Response:
    form = client.get("/user/login/", params={"next": target})
    fields = {"csrfmiddlewaretoken": token(form), "next": target, "username": name, "password": password}
    return client.post("/user/login/", data=fields)


def publish(client: httpx.Client, thread: int, text: str, **more: str) -> httpx.Response:
    form = client.get(f"/comment/{thread}/publish/")
    fields = {"csrfmiddlewaretoken": token(form), "comment": text, **more}
    return client.post(f"/comment/{thread}/publish/", data=fields, follow_redirects=True)


def test_posts_appear_as_time_goes_by(demo: Demo) -> None:
    with demo.client("forum") as client:
        assert "UWAGA" not in client.get("/").text
        demo.clock.at(5)
        index = client.get("/").text
        assert index.index("UWAGA") < index.index("Okna Wintermann: wasze opinie")
        assert client.get(URGENT).text.count("data-pk=") == 1
        demo.clock.at(40)
        assert client.get(URGENT).text.count("data-pk=") == 2


def test_a_long_thread_has_pages(demo: Demo) -> None:
    with demo.client("forum") as client:
        first = client.get("/topic/1/", follow_redirects=True)
        assert first.text.count("data-pk=") == 20
        assert "Strona 1 z 2" in first.text
        assert 'href="?page=2"' in first.text
        second = client.get(first.url.path, params={"page": 2})
        assert second.text.count("data-pk=") == 1
        assert client.get(first.url.path, params={"page": 3}).status_code == 404


def test_permalinks_lead_to_page_and_place(demo: Demo) -> None:
    with demo.client("forum") as client:
        numbers = re.findall(r'data-pk="(\d+)"', client.get("/topic/1/?page=2", follow_redirects=True).text)
        page = client.get("/topic/1/okna-wintermann-wasze-opinie-po-zimie/", params={"page": 2}).text
        assert (numbers, page.count("data-pk=")) != ([], 0)
        last = re.findall(r'data-pk="(\d+)"', page)[0]
        answer = client.get(f"/comment/{last}/find/")
        assert (answer.status_code, answer.headers["location"]) == (
            302,
            "/topic/1/okna-wintermann-wasze-opinie-po-zimie/?page=2#c21",
        )


@pytest.mark.parametrize("path", ["/topic/99/x/", "/comment/9999/find/", "/user/0/x/", "/category/9/x/", "/?page=7"])
def test_what_is_not_there(demo: Demo, path: str) -> None:
    with demo.client("forum") as client:
        assert client.get(path, follow_redirects=True).status_code == 404


def test_every_page_is_drawn(demo: Demo) -> None:
    demo.clock.at(600)
    with demo.client("forum") as client:
        index = client.get("/")
        threads = {*re.findall(r'href="(/topic/[^"?]+)"', index.text)}
        assert len(threads) == 17
        for link in (*threads, "/category/4/hyde-park/", "/user/1/okna-wintermann/", "/user/2/gosc/"):
            page = client.get(link)
            assert page.status_code == 200, link
            assert "</html>" in page.text


def test_the_same_page_again_is_304_and_a_changed_one_is_not(demo: Demo) -> None:
    with demo.client("forum") as client:
        tag = client.get("/").headers["etag"]
        again = client.get("/", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        demo.clock.at(5)
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_logging_in_and_replying(demo: Demo) -> None:
    demo.clock.at(10)
    with demo.client("forum") as client:
        guest = client.get("/comment/9/publish/")
        assert guest.headers["location"] == "/user/login/?next=/comment/9/publish/"
        assert log_in(client, target="/comment/9/publish/").headers["location"] == "/comment/9/publish/"
        answer = publish(client, 9, "Trzymajcie się!\r\nDrugi wiersz")
        assert answer.url.fragment == "c2"
        assert "Trzymajcie się!<br" in answer.text
        assert "Drugi wiersz" in answer.text
        client.post("/user/logout/", data={"csrfmiddlewaretoken": token(answer), "next": "/"})
        assert client.get("/comment/9/publish/").status_code == 302


def test_the_company_is_shown_as_such(demo: Demo) -> None:
    demo.clock.at(12)
    with demo.client("forum") as client:
        log_in(client, "okna-wintermann", "szczelne-okna")
        answer = publish(client, 2, "Dzień dobry, już oddzwaniamy.")
    block = answer.text[answer.text.rindex("is-official") :]
    assert "oficjalne konto firmy" in block
    assert "Dzień dobry, już oddzwaniamy." in block


def test_the_same_reply_sent_twice_is_taken_once(demo: Demo) -> None:
    demo.clock.at(14)
    with demo.client("forum") as client:
        log_in(client)
        before = publish(client, 3, "Raz", comment_hash="a1").text.count("data-pk=")
        assert publish(client, 3, "Raz", comment_hash="a1").text.count("data-pk=") == before
        assert publish(client, 3, "Raz", comment_hash="b2").text.count("data-pk=") == before + 1


def test_wrong_password_and_unknown_name(demo: Demo) -> None:
    with demo.client("forum") as client:
        for name, password in (("gosc", "źle"), ("nikt", "gosc"), ("kaska84", ""), ("kaska84", "None")):
            answer = log_in(client, name, password)
            assert answer.status_code == 200
            assert "errorlist" in answer.text
        assert "sessionid" not in client.cookies


@pytest.mark.parametrize("field", ["", "0" * 32])
def test_a_form_from_elsewhere_is_refused(demo: Demo, field: str) -> None:
    with demo.client("forum") as client:
        log_in(client)
        for path in ("/comment/1/publish/", "/user/login/", "/user/logout/"):
            refused = client.post(path, data={"csrfmiddlewaretoken": field, "comment": "x", "username": "gosc"})
            assert refused.status_code == 403


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 3001])
def test_texts_that_the_form_refuses(demo: Demo, text: str) -> None:
    with demo.client("forum") as client:
        log_in(client)
        answer = publish(client, 1, text)
        assert answer.url.path == "/comment/1/publish/"
        assert "errorlist" in answer.text


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> [klik](javascript:alert(3)) "
    "![x](http://203.0.113.1/x.png) </textarea><b>&lt;i&gt;"
)


def test_hostile_posts_come_out_as_text(demo: Demo) -> None:
    demo.clock.at(16)
    with demo.client("forum") as client:
        log_in(client)
        page = publish(client, 4, HOSTILE).text
        number = re.findall(r'data-pk="(\d+)"', page)[-1]
        quoted = client.get(f"/comment/4/publish/{number}/quote/").text
    body = page[page.rindex("comment__text") : page.rindex("comments__reply")]
    assert "<script>" not in body
    assert "<img" not in body
    assert "<b>" not in body
    assert 'href="javascript' not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "&lt;/textarea&gt;" in quoted
    assert "&gt; @gosc napisał:" in quoted


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x", ""])
def test_logging_in_leads_nowhere_else(demo: Demo, target: str) -> None:
    with demo.client("forum") as client:
        assert log_in(client, target=target).headers["location"] == "/"


def test_hostile_search_strings_and_headers_come_out_as_text(demo: Demo) -> None:
    with demo.client("forum") as client:
        page = client.get("/user/login/", params={"next": '/"><script>alert(1)</script>'})
        assert "<script>alert" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
