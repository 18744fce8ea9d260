"""Unmistakable marks of one inspector, and the forms in which each could get out: as text, bytes, codes and parts."""

import base64
import html
import json
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

SHORTEST_CODE = 4
"""Of fewer bytes than these a code could stand anywhere by chance."""


@dataclass(frozen=True)
class Canary:
    """One mark: what it is, and its text, of which each part counts as the whole."""

    what: str
    text: str
    parts: tuple[str, ...] = ()

    @cached_property
    def needles(self) -> tuple[tuple[bytes, str], ...]:
        """Every form as bytes, with a name for it."""
        found = dict.fromkeys(pair for text in (self.text, *self.parts) for pair in forms(text))
        return tuple((needle, form) for needle, form in found if needle)


def forms(text: str) -> Iterator[tuple[bytes, str]]:
    """A text as it could stand in a page, a file, an address or a code."""
    raw = text.encode()
    yield raw, "text"
    yield text.encode("utf-16-le"), "utf-16"
    yield text.encode("utf-16-be"), "utf-16"
    yield text.encode("gb18030", "ignore"), "gb18030"
    yield json.dumps(text)[1:-1].encode(), "json"
    yield html.escape(text).encode(), "html"
    yield "".join(f"&#{ord(sign)};" for sign in text).encode(), "html numbers"
    yield "".join(f"&#x{ord(sign):x};" for sign in text).encode(), "html numbers"
    for written in (quote(text, safe=""), "".join(f"%{byte:02x}" for byte in raw)):
        yield written.encode(), "url"
        yield written.lower().encode(), "url"
    if len(raw) >= SHORTEST_CODE:
        yield raw.hex().encode(), "hex"
        yield raw.hex().upper().encode(), "hex"
        for code in based(raw):
            yield code, "base64"
            yield code.translate(bytes.maketrans(b"+/", b"-_")), "base64"


def based(raw: bytes) -> Iterator[bytes]:
    """Base64 of the bytes wherever they begin in what is coded, without the signs that neighbours share."""
    for lead in range(3):
        code = base64.b64encode(bytes(lead) + raw).rstrip(b"=")
        start = -(-lead * 8 // 6)
        end = (lead + len(raw)) * 8 // 6
        yield code[start:end]


def of_id(what: str, value: uuid.UUID) -> Canary:
    """A random id, with and without dashes, and its longest part."""
    return Canary(what, str(value), (value.hex, str(value).upper(), str(value).rpartition("-")[2]))


def of_hash(what: str, value: str) -> Canary:
    """A hash; its first sixteen digits are enough to know it by."""
    return Canary(what, value, (value[:16], value[:16].upper(), base64.b64encode(bytes.fromhex(value)).decode()))


def of_phone(what: str, value: str) -> Canary:
    """A phone number, however it is grouped, and its end."""
    first, middle, last = value[:3], value[3:7], value[7:]
    grouped = tuple(sign.join((first, middle, last)) for sign in (" ", "-", "\u2009", "\u00a0"))
    return Canary(what, value, (*grouped, f"+86{value}", value[3:]))


class Found:
    """Looks for all of some canaries, and remembers what it has looked through already."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self.needles = [(needle, f"{one.what} ({form})") for one in canaries for needle, form in one.needles]
        self._known: dict[bytes, tuple[str, ...]] = {}

    def among(self, data: bytes) -> tuple[str, ...]:
        """The canaries in the bytes, and in which form."""
        if data not in self._known:
            self._known[data] = tuple(dict.fromkeys(what for needle, what in self.needles if needle in data))
        return self._known[data]


WITHOUT_A_NONCE = re.compile(rb'(name="csrf_token" value=")[^"]+')


def plain(page: bytes) -> bytes:
    """A page without its token, which is random and long enough to look like anything."""
    return WITHOUT_A_NONCE.sub(rb"\1", page)
