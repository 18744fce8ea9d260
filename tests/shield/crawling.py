"""Goes everywhere that a person can: every route with every id, every link and form, every file to be had."""

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from inspection.kernel.db import Model, db
from tests.shield.unpacking import inside, worn
from tests.web.browser import Browser

LINK = re.compile(r'\b(?:href|src|action|data-[a-z-]+|hx-get|poster)="([^"#]+)')
ONE_ID = re.compile(r"<uuid:(\w+)>")
OTHERS = {
    "<size>": ("web", "thumb"),
    "<kind>": ("pdf", "docx"),
    "<version>/<path:path>": ("0/phone/app.js",),
    "<path:filename>": ("look/tokens.css",),
    "<sha256>": ("a" * 64,),
    "<token>": ("b" * 43,),
    "<key>": ("q1",),
    "<action>": ("accept", "submit", "pass_recheck", "void"),
    "<int:year>": ("2026",),
    "<int:row_id>": ("1",),
    "<int:number>": ("1",),
    "<change>": ("entered",),
    "<code>": ("street_clutter",),
}
OUT, SKIPPED = "/sign-out", ("/static/", "/phone/shell/")
QUERIES = {
    "/desk/tickets": ("view=all", "view=closed", "view=in_hand"),
    "/desk/ledger": ("overdue=1", "by=district", "order=due"),
    "/desk/map": ("mode=count",),
    "/desk/map/cells.json": ("west=115.4&south=39.4&east=117.5&north=41.1&zoom=9",),
    "/desk/sites/map.json": ("west=115.4&south=39.4&east=117.5&north=41.1",),
    "/desk/sites/place.json": ("lat=39.9289&lng=116.4178",),
    "/api/v1/nearby": ("lat=39.9289&lng=116.4178",),
    "/api/v1/areas/locate": ("lat=39.9289&lng=116.4178",),
}
MOST, MOST_QUERIES = 2_000, 25
"""How many addresses, and how many of one page that differ in their queries only: filters can be joined without end."""
TABLES = {
    "answer_id": "answer",
    "record_id": "visit_record",
    "version_id": "checklist_version",
    "export_id": "ledger_export",
    "filter_id": "saved_filter",
    "line_id": "routing_line",
}
"""What a place in an address is named after, where it is not the table itself."""


@dataclass(frozen=True)
class Seen:
    """One answer: what was asked, and all that came."""

    asked: str
    status: int
    heads: bytes
    parts: tuple[bytes, ...]
    wears: tuple[str, ...]

    def without_what_was_asked(self, part: bytes) -> bytes:
        """An answer may say again what whoever asked has said themselves: their own address."""
        asked = self.asked.partition(" ")[2]
        for written in (asked, quote(asked), quote(asked, safe=""), asked.partition("?")[0]):
            part = part.replace(written.encode(), b"")
        return part


def ids() -> dict[str, list[uuid.UUID]]:
    """Every id in the database, by its table."""
    found: dict[str, list[uuid.UUID]] = {}
    for table in Model.metadata.sorted_tables:
        keys = list(table.primary_key)
        if len(keys) == 1 and keys[0].type.python_type is uuid.UUID:
            found[table.name] = list(db.session.scalars(db.select(keys[0])))
    db.session.rollback()
    return found


class Crawler:
    """One person, or nobody, who follows everything."""

    def __init__(self, app: Flask, browser: Browser, known: dict[str, list[uuid.UUID]]) -> None:
        self.app, self.browser, self.known = app, browser, known
        self.asked: set[str] = set()
        self.queries: Counter[str] = Counter()
        self.seen: list[Seen] = []

    def everywhere(self) -> list[Seen]:
        """All routes that only look, then all that they link to."""
        waiting = list(self._routes("GET"))
        while waiting and len(self.asked) < MOST:
            url = waiting.pop()
            path, _, query = url.partition("?")
            enough = bool(query) and self.queries[path] >= MOST_QUERIES
            if url in self.asked or url == OUT or url.startswith(SKIPPED) or enough:
                continue
            self.asked.add(url)
            self.queries[path] += bool(query)
            answer = self.browser.get(url)
            self.keep(f"GET {url}", answer)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                waiting += self._links(url, answer.text)
        assert len(self.asked) < MOST, "the crawl does not end"
        return self.seen

    def refused(self) -> list[Seen]:
        """All routes that change something, asked with nothing in the form: what their refusals say."""
        token = self.browser.token() if self.browser.get("/sign-in").status_code == 200 else ""
        for method in ("POST", "PUT"):
            for url in self._routes(method, most=2):
                if url != OUT:
                    head = {"X-CSRFToken": token}
                    answer = self.browser.client.open(url, method=method, headers=head, buffered=True)
                    self.keep(f"{method} {url}", answer)
        return self.seen

    def file(self, url: str, given: dict[str, Any]) -> None:
        """A file that a form hands out, now or once it is written."""
        self.keep(f"POST {url}&{urlencode(given)}", self.browser.send(url, given))

    def keep(self, asked: str, answer: TestResponse) -> None:
        """Take the answer apart."""
        heads = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Set-Cookie").encode()
        parts = tuple(inside(answer.data, answer.headers.get("Content-Encoding", "")))
        self.seen.append(Seen(asked, answer.status_code, heads, parts, tuple(worn(answer.data))))

    def _routes(self, method: str, most: int | None = None) -> Iterator[str]:
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or ()):
                for url in self.filled(rule.rule, most):
                    yield url
                    yield from (f"{url}?{query}" for query in QUERIES.get(url, ()) if method == "GET")

    def filled(self, rule: str, most: int | None) -> list[str]:
        """The addresses of a route, with every id and other word in its places."""
        urls = [rule]
        for place, values in OTHERS.items():
            urls = [url.replace(place, value) for url in urls for value in values] if place in rule else urls
        for place in ONE_ID.finditer(rule):
            some = self._ids(place[1])[:most]
            urls = [url.replace(place[0], str(one), 1) for url in urls for one in some]
        return urls

    def _ids(self, name: str) -> list[uuid.UUID]:
        """The ids of the table that a place in an address is named after; of all tables where it is none's."""
        table = TABLES.get(name, name.removesuffix("_id"))
        kinds: Iterable[str] = [table] if table in self.known else self.known
        nothing = uuid.UUID("00000000-0000-4000-8000-000000000000")
        return [one for kind in kinds for one in self.known[kind]] + [nothing]

    def _links(self, base: str, page: str) -> Iterator[str]:
        for link in LINK.findall(page):
            where = urlsplit(urljoin(base, unescape(link)))
            if not where.netloc and where.path.startswith("/") and not where.path.startswith("/static"):
                yield where.path + (f"?{where.query}" if where.query else "")
