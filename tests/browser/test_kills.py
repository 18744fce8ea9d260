"""Kills and a bad network: whatever the phone has called kept is at the server once, with every photo as it was taken.

Each history takes a report, or a unit's repair, in the field app's own modules, on the app's own page, while a proxy
harms the network and the page — now and then the whole browser — is killed at a step or at any moment. ``KILL_RUNS``
histories, seeded by ``KILL_SEED``, on ``KILL_DATABASES``: a few on SQLite in the usual run, hundreds and PostgreSQL too
when asked for.
"""

import base64
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from inspection.factory import create_app
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.photos.models import Photo, sealed_key
from inspection.reports.models import Receipt, Report, ReportState
from inspection.tickets.models import Answer, Ticket
from inspection.tickets.workflow import State
from inspection.web.tools import tools
from tests import conftest as house
from tests.browser.conftest import PHONE, WHOLE, People
from tests.faults.bad_network import BadNetwork
from tests.make import PASSWORD, SPOT, Make, jpeg, sha256

pytestmark = [
    pytest.mark.browser,
    pytest.mark.fault,
    pytest.mark.parametrize(
        "office", os.environ.get("KILL_DATABASES", "sqlite").split(), indirect=True, scope="module"
    ),
]

RUNS, SEED = int(os.environ.get("KILL_RUNS", "24")), int(os.environ.get("KILL_SEED", "7"))
STEPS = ("", "begun", "taken", "saved", "put bytes", "put record", "put received", "any moment", "browser")
"""Where a history is killed, unless the network does it first: nowhere, at a step, in a transaction, any time."""
LONGEST_MOMENT_SECONDS = 0.5
STUCK_SECONDS = 60
"""No history takes as long; an app that does hangs."""
TOLD_SECONDS, BURIED_SECONDS = 5, 0.3
"""In which Playwright mostly hears of a killed page, and in which its process is gone."""

SCRIPTS = Path(__file__).with_name("kill_scripts.js")


def renderers(browser: int) -> list[int]:
    """The processes that show pages for a browser's process."""
    parents, kinds = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                kinds[int(entry.name)] = b"--type=renderer" in (entry / "cmdline").read_bytes()

    def below(pid: int) -> bool:
        return pid == browser or (pid in parents and below(parents[pid]))

    return [pid for pid, shows in kinds.items() if shows and below(pid)]


@dataclass
class Ledger:
    """What the phone was told is kept: report → its photos' hashes."""

    begun: set[str] = field(default_factory=set)
    taken: dict[str, set[str]] = field(default_factory=dict)
    saved: set[str] = field(default_factory=set)


class Telephone:
    """Chromium with a profile on disk, which outlives being killed."""

    def __init__(self, playwright: Playwright, folder: Path, address: str) -> None:
        self.playwright, self.folder, self.address = playwright, folder, address
        self.ledger, self.kills, self.step = Ledger(), Counter[str](), ""
        self.opening, self.killed, self.turn = False, False, 0
        self.cookies: list[Any] = []
        self.context: BrowserContext
        self._start()

    def _start(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=WHOLE,
            args=["--no-sandbox", "--disable-quic"],
            viewport=PHONE,
            locale="zh-CN",
        )
        self.context.add_cookies(self.cookies)  # Chromium writes its own down every half minute only
        self.crashed: list[Page] = []
        self.dead = False
        self.context.expose_binding("told", self._told)
        self.context.add_init_script(path=SCRIPTS)
        self.pid = next(
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and self._is_ours(entry / "cmdline")
        )

    def _is_ours(self, cmdline: Path) -> bool:
        with suppress(OSError):
            words = cmdline.read_bytes()
            return f"--user-data-dir={self.folder}".encode() in words and b"--type=" not in words
        return False

    def kill(self, why: str = "network") -> None:
        """Kill the page, as a phone short of memory does; may be called from any thread.

        Not while one opens: Playwright waits for ever for a page that dies then, browser or no browser. Now and then
        it is not told of one that dies later either; then the browser follows, which it does hear of.
        """
        if self.opening:
            return
        for pid in renderers(self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[why] += 1
        self.killed = True
        threading.Timer(TOLD_SECONDS, self._follow, [self.turn]).start()

    def _follow(self, turn: int) -> None:
        if self.turn == turn:
            self.kill_browser("with its page")

    def kill_browser(self, why: str = "browser") -> None:
        """Kill everything at once."""
        self.dead = True
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            self.kills[why] += 1

    def _told(self, _source: object, what: str, report: str = "", more: Any = None) -> None:
        if what == "kill":
            self.kill(self.step)
            return
        if what == "begun":
            self.ledger.begun.add(report)
        elif what == "taken":
            self.ledger.taken[report] = set(more)
        elif what == "saved" and more == ["waiting"]:
            self.ledger.saved.add(report)
        if what == self.step:
            self.kill(what)

    def page(self) -> Page:
        """The app, opened anew, whatever became of the last page."""
        self.opening = True
        if self.killed and not self.dead:
            threading.Event().wait(BURIED_SECONDS)
        self.killed = False
        try:
            with suppress(Error):
                if not self.dead:
                    return self._opened()
            self.kill_browser("with its page")
            self._start()
            return self._opened()
        finally:
            self.opening = False

    def _opened(self) -> Page:
        alive = [page for page in self.context.pages if page not in self.crashed]
        page = self.context.new_page()
        page.on("crash", lambda lost: self.crashed.append(lost))
        page.goto(f"{self.address}/phone/")
        for old in alive:
            old.close()
        return page

    def history(self, step: str, content: dict[str, Any], moment: float) -> None:
        """Take one report and be killed at a step, at a moment, or by the network."""
        self.step = step
        deed = self.kill_browser if step == "browser" else (lambda: self.kill("any moment"))
        timer = threading.Timer(moment, deed) if step in {"any moment", "browser"} else None
        page = self.page()
        if timer:
            timer.start()
        try:
            page.evaluate("(content) => taken(content)", content | {"step": step, "stuck_ms": STUCK_SECONDS * 1000})
        except Error as ended:
            self.kills["stuck"] += "the app hangs" in ended.message
        self.turn += 1
        if timer:
            timer.join()

    def records(self, person: str) -> list[dict[str, Any]]:
        """What the phone holds of somebody's."""
        found: list[dict[str, Any]] = self.page().evaluate("(person) => holding(person)", person)
        return found


@pytest.fixture
def network(address: str) -> Iterator[BadNetwork]:
    host = urlsplit(address)
    proxy = BadNetwork((str(host.hostname), int(host.port or 80)), SEED)
    yield proxy
    proxy.close()


@pytest.fixture
def telephone(
    request: pytest.FixtureRequest, people: tuple[Path, People], network: BadNetwork, tmp_path: Path
) -> Iterator[tuple[Telephone, str]]:
    """A phone on which somebody is signed in, the inspector if nothing is said, and their id."""
    if WHOLE is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        phone = Telephone(playwright, tmp_path / "profile", f"http://127.0.0.1:{network.port}")
        network.share, share = 0, network.share
        page = phone.page()
        page.goto(f"{phone.address}/sign-in?next=/phone/")
        page.get_by_label("手机号").fill(people[1][getattr(request, "param", "inspector")])
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/phone/**")
        person = page.evaluate("fetch('/api/v1/session').then((got) => got.json()).then((told) => told.person.id)")
        phone.cookies = list(phone.context.cookies())
        network.share, network.kill = share, phone.kill
        yield phone, person
        with suppress(Error):
            phone.context.close()


@pytest.mark.timeout(300 + 10 * RUNS)
def test_what_the_phone_called_kept_is_at_the_server_once_with_every_photo(
    office: tuple[Path, str], network: BadNetwork, telephone: tuple[Telephone, str]
) -> None:
    received = lived(telephone, network, [{}] * RUNS)

    assert at_the_server(office) == received


@pytest.mark.timeout(300 + 10 * RUNS)
@pytest.mark.parametrize("telephone", ["handler"], indirect=True)
def test_nor_is_a_repair_lost_or_handed_in_twice(
    office: tuple[Path, str], network: BadNetwork, people: tuple[Path, People], telephone: tuple[Telephone, str]
) -> None:
    tickets = in_hand(office, people[1]["handler"], (RUNS + 1) // 2)
    shown = {"role": "after", "told": {"note": "已清走，摆上花箱"}}

    received = lived(
        telephone, network, [{"about": {"kind": "answer", "ticket": one, "round": 1}} | shown for one in tickets]
    )

    assert answered(office) == received


def lived(
    telephone: tuple[Telephone, str], network: BadNetwork, contents: Sequence[dict[str, Any]]
) -> dict[str, set[str]]:
    """Live through a history for each content, then let the network be good: what the phone holds as received."""
    phone, person = telephone
    chance = Random(SEED)
    place = {"lat": SPOT[0], "lng": SPOT[1], "accuracy_m": 8, "source": "live", "fixed_at": None}

    for run, more in enumerate(contents):
        pictures = [jpeg(SEED * 100_000 + run * 8 + at) for at in range(chance.randint(1, 3))]
        content = {"person": person, "place": place, "pictures": [base64.b64encode(one).decode() for one in pictures]}
        phone.history(chance.choice(STEPS), content | more, chance.random() * LONGEST_MOMENT_SECONDS)
        if (run + 1) % 20 == 0:
            print(f"{run + 1} histories, kills {dict(phone.kills)}", flush=True)
    network.share = 0
    held = settled(phone, person)

    assert not phone.kills["stuck"]
    received = {record["id"]: set(record["photos"]) for record in held if record["state"] == "received"}
    assert [record["problem"] for record in held if record["state"] not in {"received", "draft"}] == []
    assert received and phone.ledger.saved <= set(received)
    assert all(
        phone.ledger.taken[report] <= received.get(report, _draft(held, report)) for report in phone.ledger.taken
    )
    print(f"\n{len(contents)} histories, seed {SEED}: {len(received)} in, {sum(map(len, received.values()))} photos")
    print(f"kills {dict(phone.kills)}, faults {dict(network.met)}")
    return received


def settled(phone: Telephone, person: str) -> list[dict[str, Any]]:
    """What the phone holds once nothing waits any more, the network being good again."""
    page = phone.page()
    for _ in range(240):
        held: list[dict[str, Any]] = page.evaluate("(person) => holding(person)", person)
        if not any(record["state"] == "waiting" for record in held):
            break
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(250)
    return held


def _draft(held: list[dict[str, Any]], report: str) -> set[str]:
    return next((set(record["photos"]) for record in held if record["id"] == report), set())


def in_hand(office: tuple[Path, str], phone: str, number: int) -> list[str]:
    """So many tickets that the unit of whoever has this phone number has in hand."""
    app = create_app(house.settings_for(office[1], office[0]))
    with app.app_context():
        make = Make(app, start=70_000)
        unit = db.session.scalars(db.select(Person).where(Person.phone == phone)).one().unit
        made = [str(make.ticket(State.HANDLING, unit=unit).id) for _ in range(number)]
        db.session.remove()
        db.engine.dispose()
    return made


def answered(office: tuple[Path, str]) -> dict[str, set[str]]:
    """Every answer that was handed in, its photos' hashes, each looked at byte by byte; one for each ticket."""
    app = create_app(house.settings_for(office[1], office[0]))
    with app.app_context():
        handed_in = db.session.scalars(db.select(Answer).where(Answer.answered_at.is_not(None))).all()
        handled = db.session.scalars(db.select(Ticket.id).where(Ticket.state == State.HANDLED)).all()
        assert sorted(answer.ticket_id for answer in handed_in) == sorted(handled)
        found = {str(answer.id): {photo.sha256 for photo in answer.manifest.photos} for answer in handed_in}
        for digest in set().union(*found.values()):
            assert sha256(tools().storage.read(sealed_key(digest))) == digest
        db.session.remove()
        db.engine.dispose()
    return found


def at_the_server(office: tuple[Path, str]) -> dict[str, set[str]]:
    """Every report with a receipt, its photos' hashes as they lie in the store, each looked at byte by byte."""
    app = create_app(house.settings_for(office[1], office[0]))
    with app.app_context():
        reports = db.session.scalars(db.select(Report)).all()
        receipts = set(db.session.scalars(db.select(Receipt.report_id)))
        shas = list(db.session.scalars(db.select(Photo.sha256)))
        assert {report.id for report in reports} == receipts
        assert {report.state for report in reports} == {ReportState.RECEIVED}
        assert len(shas) == len(set(shas))
        found = {str(report.id): {photo.sha256 for photo in report.manifest.photos} for report in reports}
        assert all(sha256(tools().storage.read(sealed_key(digest))) == digest for digest in shas)
        db.session.remove()
        db.engine.dispose()
    return found
