"""Which characters a page's bytes mean, found as browsers find it, and better where browsers give up.

Order: byte order mark, HTTP header, <meta> or XML declaration, then the bytes themselves: UTF-8 if they are valid,
else ISO-8859-2, Windows-1250, 1251 or 1252 by the letters that come out. A declared UTF-8 that the bytes break
throughout is not believed.
"""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_PRESCAN = 4096  # browsers look at 1024 bytes; boards with long titles put the declaration later
_SAMPLE = 200_000
_STANDARD = {  # labels that browsers read as another encoding (WHATWG Encoding, section 4.2)
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "ascii": "cp1252", "us-ascii": "cp1252", "l1": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254",
    "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "x-cp1250": "cp1250", "x-cp1251": "cp1251", "unicode": "utf-8",
    "iso-8859-2-windows": "cp1250", "utf8mb4": "utf-8", "utf-7": "cp1252",
}  # fmt: skip
_MULTIBYTE = frozenset(("utf-8", "gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "iso2022_jp"))
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_INSIDE = rb"(?:(?<=[A-Za-z])[%s]|[%s](?=[a-z]))"
_POLISH_ISO = re.compile(_INSIDE % (b"\xb1\xb6\xbc\xa6", b"\xb1\xb6\xbc\xa6"))
_POLISH_WINDOWS = re.compile(_INSIDE % (b"\xb9\x9c\x9f\x8c", b"\xb9\x9c\x9f\x8c"))
_POLISH_BOTH = re.compile(_INSIDE % (b"\xb3\xea\xbf", b"\xb3\xea\xbf"))


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page. Never raises: bytes that mean nothing become U+FFFD."""
    mark = next((item for item in _BOMS if body.startswith(item[0])), None)
    if mark:
        return body[len(mark[0]) :].decode(mark[1], "replace")
    if (_header(content_type) or _declared(body)) in (None, "utf-8"):
        try:  # what nearly every page is: told and read in one
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    name = charset(body, content_type)
    if name == "cp1252":  # the five holes of Windows-1252 are C1 controls to a browser
        return body.decode("cp1252", "replace") if not _C1_HOLES.search(body) else body.decode("latin-1")
    return body.decode(name, "replace")


_C1_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def charset(body: bytes, content_type: str | None = None) -> str:
    """Python's name of the encoding of body (no byte order mark)."""
    declared = _header(content_type) or _declared(body)
    if declared == "utf-8" and not _is_utf8(body) and _mostly_broken(body):
        return _legacy(body)
    if declared and declared not in _MULTIBYTE and not body.isascii() and _is_utf8(body):
        return "utf-8"  # letters of a one-byte encoding do not form valid UTF-8 by chance
    if declared == "iso8859-2" and _legacy(body) == "cp1250" and _POLISH_WINDOWS.search(body):
        return "cp1250"
    return declared or ("utf-8" if _is_utf8(body) else _legacy(body))


def _known(label: str) -> str | None:
    name = label.strip().lower()
    try:
        found = codecs.lookup(_STANDARD.get(name, name))
        "".encode(found.name)  # refuses codecs that are not of text (hex, rot13)
    except (LookupError, ValueError):
        return None
    return found.name


def _header(content_type: str | None) -> str | None:
    match = _HEADER.search(content_type or "")
    return _known(match[1]) if match else None


def _declared(body: bytes) -> str | None:
    head = body[:_PRESCAN]
    for regex in (_META, _XML):
        match = regex.search(head)
        name = _known(match[1].decode("ascii", "replace")) if match else None
        if name:
            return "utf-8" if name.startswith("utf-16") else name
    return None


def _is_utf8(body: bytes) -> bool:
    try:  # a body that was cut off may end inside a character
        text = codecs.getincrementaldecoder("utf-8")().decode(body, final=False)
    except UnicodeDecodeError:
        return False
    return not text.isascii() or body.isascii()


def _mostly_broken(body: bytes) -> bool:
    sample = body[:_SAMPLE]
    text = sample.decode("utf-8", "replace")
    good = sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    return text.count("\ufffd") > good


def _legacy(body: bytes) -> str:
    sample = body[:_SAMPLE]
    runs = _HIGH_RUN.findall(sample)
    if len(runs) > 20 and sum(map(len, runs)) / len(runs) > 3:
        return "cp1251"
    iso, windows = len(_POLISH_ISO.findall(sample)), len(_POLISH_WINDOWS.findall(sample))
    if iso or windows or _POLISH_BOTH.search(sample):
        return "iso8859-2" if iso > windows else "cp1250"
    return "cp1252"
