"""Many slow hosts crawled at once: `python -m benchmarks.slow_hosts [--hosts 2000] [--pages 3] [--delay 3]`.

Every host answers after three to six seconds. Each is asked for robots.txt and its pages, two seconds apart at least.
Told: the time against the least that the slowest host allows, peak memory above the start, and, as the hosts
themselves saw it, the most requests at once to one host and the least gap between two.
"""

import argparse
import asyncio
import resource
import time

from benchmarks.loopback import farm, raise_limit
from listener.http import Http, HttpPolicy
from listener.protocols import Request

BODY = b"<p>strona</p>" * 1600
GAP = 2.0


def _peak() -> float:
    """Most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _crawl(urls: list[str], pages: int, delay: float) -> tuple[int, float]:
    policy = HttpPolicy(
        private_interval=GAP,
        jitter=0.2,
        connections=len(urls),
        total_timeout=delay * 10 + 30,
        read_timeout=delay * 10 + 30,
    )
    async with Http(policy) as http:

        async def host(url: str) -> int:
            sizes = [len((await http.fetch(Request(url=f"{url}/{n}"), allow_private=True)).body) for n in range(pages)]
            return sum(size == len(BODY) for size in sizes)

        start = time.monotonic()
        whole = sum(await asyncio.gather(*map(host, urls)))
        return whole, time.monotonic() - start


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=3)
    parser.add_argument("--delay", type=float, default=3.0)
    args = parser.parse_args()
    raise_limit(args.hosts * 2 + 200)
    with farm(args.hosts, body=BODY, delay=args.delay) as servers:
        before, cpu = _peak(), time.process_time()
        whole, seconds = asyncio.run(_crawl(servers.urls, args.pages, args.delay))
        seen = servers.served()
        least = (args.pages + 1) * args.delay * 2
        print(f"{args.hosts} hosts, {whole} of {args.hosts * args.pages} pages whole")
        print(f"{seconds:.1f} s, {seconds / least:.2f} of what the slowest host takes ({least:.0f} s)")
        print(
            f"memory {_peak() - before:.0f} MB above the start, {(_peak() - before) * 1024 / args.hosts:.0f} KB a host"
        )
        print(f"processor time {(time.process_time() - cpu) / max(seen.requests, 1) * 1000:.2f} ms a request")
        print(f"as the hosts saw it: {seen.most_at_once} connection at once, {seen.least_gap:.2f} s between requests")


if __name__ == "__main__":
    main()
