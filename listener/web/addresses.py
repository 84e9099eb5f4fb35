"""Addresses that came from elsewhere, made fit to follow."""

from urllib.parse import urlsplit


def web_address(address: str | None) -> str | None:
    """The address where it is a full http or https URL; None for everything else (javascript:, data:, relative)."""
    if not address or any(ord(c) < 33 or c in "\\\"'<>`" for c in address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and host else None


def local_path(path: str | None) -> str:
    """A path of ours to go on to; "/" for anything that could lead elsewhere."""
    if not path or not path.startswith("/") or path.startswith("//"):
        return "/"
    return "/" if any(ord(c) < 33 or c == "\\" for c in path) else path
