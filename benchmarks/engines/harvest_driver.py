"""Runs inside harvest-webforum's own environment: pages in, one JSON object a line (url, html); posts out."""
# mypy: ignore-errors
# (the package is in an environment of its own)

import json
import sys

from harvest import extract_data

for line in sys.stdin:
    page = json.loads(line)
    try:
        posts = extract_data(page["html"], page["url"])["posts"]
    except Exception as error:  # noqa: BLE001  # told, and counted as no posts
        print(f"{page['url']}: {type(error).__name__}: {error}", file=sys.stderr)
        posts = []
    print(json.dumps(posts, default=str), flush=True)
