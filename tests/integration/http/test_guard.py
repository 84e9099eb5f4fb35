"""No way into private networks: literal addresses, names that resolve there, names that change their mind."""

import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from listener.errors import Failure, FetchError
from listener.http import Http, HttpPolicy
from listener.http.guard import GuardedSocket, check_url, is_private_host, refused, shown
from listener.protocols import Request
from tests.integration.http.site import Answer, FakeClock, Site, run

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fc00::1", "::ffff:127.0.0.1",
    "2002:7f00:1::", "64:ff9b::a00:1", "198.18.0.1", "192.0.2.1",
]  # fmt: skip
NEVER = ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "ff02::1", "::ffff:169.254.169.254", "240.0.0.1"]


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_need_permission(text: str) -> None:
    assert refused(ip_address(text), allow_private=False)
    assert not refused(ip_address(text), allow_private=True)


@pytest.mark.parametrize("text", NEVER)
def test_some_addresses_are_never_reached(text: str) -> None:
    assert refused(ip_address(text), allow_private=False)
    assert refused(ip_address(text), allow_private=True)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_reached(text: str) -> None:
    assert not refused(ip_address(text), allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://017700000001/",
        "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://localhost/", "http://a.localhost/", "http://10.0.0.1:8080/",
        "https://user:tajne@192.168.0.1/", "ftp://example.com/", "javascript:alert(1)", "file:///etc/hosts",
        "//example.com/", "http://example.com:22/", "http://example.com:6379/", "http://example.com:5432/",
    ],
)  # fmt: skip
def test_urls_that_are_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_url(url, allow_private=False)
    assert caught.value.failure is Failure.BLOCKED
    assert "tajne" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://example.com/", "http://example.com:8080/x", "https://żółw.pl/a", "http://8.8.8.8/"]
)
def test_urls_that_are_fine(url: str) -> None:
    check_url(url, allow_private=False)


def test_the_last_word_is_spoken_at_the_socket() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    with pytest.raises(OSError, match="private"):
        GuardedSocket(allow_private=False)(info)
    GuardedSocket(allow_private=True)(info).close()


class Resolves:
    """Stands in for the system's resolver, which knows no such names: answers the next address each time."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]


def resolve_as(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> Resolves:
    resolver = Resolves(*addresses)
    monkeypatch.setattr(ThreadedResolver, "resolve", lambda self, *args: resolver.resolve(*args))
    return resolver


def test_a_name_that_resolves_to_a_private_address(monkeypatch: pytest.MonkeyPatch, policy: HttpPolicy) -> None:
    resolve_as(monkeypatch, "127.0.0.1")

    async def work() -> None:
        async with Site(lambda _: Answer(200, {}, b"secret")) as site, Http(policy, clock=FakeClock()) as http:
            request = Request(url=f"http://rebind.example:{site.port}/")
            with pytest.raises(FetchError) as caught:
                await http.fetch(request)
            assert caught.value.failure is Failure.BLOCKED
            assert "allow_private" in caught.value.mend
            assert site.seen == []
            assert (await http.fetch(request, allow_private=True)).body == b"secret"

    run(work)


def test_a_connection_opened_with_permission_serves_no_one_without(
    monkeypatch: pytest.MonkeyPatch, policy: HttpPolicy
) -> None:
    resolve_as(monkeypatch, "127.0.0.1")

    async def work() -> None:
        async with Site(lambda _: Answer(200, {}, b"secret")) as site, Http(policy, clock=FakeClock()) as http:
            request = Request(url=f"http://rebind.example:{site.port}/")
            await http.fetch(request, allow_private=True)
            seen = len(site.seen)
            with pytest.raises(FetchError):
                await http.fetch(request)
            assert len(site.seen) == seen

    run(work)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("nas", True),
        ("box.local", True),
        ("10.0.0.1", True),
        ("example.com", False),
        ("8.8.8.8", False),
    ],
)
def test_which_hosts_are_ones_own(host: str, private: bool) -> None:
    assert is_private_host(host) is private


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://jan:tajne@example.com/a?token=abc&t=5", "https://example.com/a?token=...&t=5"),
        ("https://example.com/x?access_token=abc&sid=1#k", "https://example.com/x?access_token=...&sid=..."),
        ("http://[", "(not a URL)"),
    ],
)
def test_urls_are_shown_without_secrets(url: str, expected: str) -> None:
    assert shown(url) == expected
