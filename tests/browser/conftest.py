"""The real server and worker, five people with accounts, and Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from inspection.factory import create_app
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.setup import prepare
from inspection.tickets.models import Task, Ticket
from inspection.tickets.workflow import State
from tests import conftest as house
from tests.make import NOW, PASSWORD, Make, jpeg

ROOT = Path(__file__).resolve().parents[2]
WHOLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser with all its processes."""
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE
"""The one without windows, where there is one: it does the same in less time."""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
READY_SECONDS = 60
MADE_UP_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A camera that shows a test picture and a microphone that beeps, both allowed."""

KEPT = """async () => {
  const open = indexedDB.open("mingcha");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const asked = database.transaction("kept").objectStore("kept").get("KEY");
  const kept = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
  database.close();
  return Boolean(kept);
}"""
KIT_KEPT, NEARBY_KEPT = KEPT.replace("KEY", "kit"), KEPT.replace("KEY", "nearby")
"""Whether the phone has the categories, and what is known around: both come by themselves, a moment later."""

People = dict[str, str]
"""Role → phone number."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A data folder, and the address of an empty database."""
    folder = tmp_path_factory.mktemp("browser")
    if request.param == "sqlite":
        yield folder, f"sqlite:///{folder / 'mingcha.db'}"
        return
    if not house.postgres_answers():
        pytest.skip(f"no PostgreSQL answers at {house.POSTGRES}")
    name = f"mingcha_browser_{uuid.uuid4().hex[:12]}"
    house._create(name)
    yield folder, house._url(name)
    house._drop(name)


@pytest.fixture(scope="module")
def people(office: tuple[Path, str]) -> Iterator[tuple[Path, People]]:
    """A data folder with a migrated database and one person for each part."""
    folder, url = office
    app = create_app(house.settings_for(url, folder))
    with app.app_context():
        prepare(NOW)
        with writing():
            house.send_nobody()
            house.need_no_lesson()
        make = Make(app)
        unit = make.unit()
        persons: dict[str, Person] = {
            "inspector": make.inspector(),
            "another": make.inspector(name="王秀英"),
            "district": make.officer(),
            "handler": make.handler(unit),
            "city": make.city(),
            "publisher": make.publisher(),
            "admin": make.person(Role.ADMIN, name="林一凡"),
        }
        phones = {role: person.phone for role, person in persons.items()}
        db.session.remove()
        db.engine.dispose()
    yield folder, phones


@pytest.fixture(scope="module")
def address(office: tuple[Path, str], people: tuple[Path, People]) -> Iterator[str]:
    """Where the server listens."""
    folder, _phones = people
    port = _free_port()
    environ = os.environ | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": office[1],
        "SECRET_KEY": "a-key-for-tests-only-" * 3,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "inspection", "start", "--no-demo"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            _wait_until(lambda: _answers(f"http://127.0.0.1:{port}/sign-in"), folder / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *MADE_UP_CAMERA])
        yield chromium
        chromium.close()


def settled(page: Page, holds: str, seconds: float = 30) -> None:
    """Wait until an asynchronous function in the page says true; wait_for_function would take its promise for a yes."""
    deadline = time.monotonic() + seconds
    while not _said(page, holds):
        assert time.monotonic() < deadline, f"{holds}\n{page.inner_text('body')}"
        page.wait_for_timeout(50)


def _said(page: Page, holds: str) -> bool:
    try:
        return bool(page.evaluate(holds))
    except Error as error:
        if "Execution context was destroyed" in error.message:  # the page is being loaded anew
            return False
        raise


class Visitor:
    """Someone with a browser of their own; every error on a page is kept."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address, self.context = address, context
        self.problems: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        self.page.on(
            "response", lambda got: self.problems.append(f"{got.status} {got.url}") if got.status > 399 else None
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def sign_in(self, phone: str) -> None:
        """Through the form."""
        self.page.goto(f"{self.address}/sign-in")
        self.page.get_by_label("手机号").fill(phone)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def open_app(self, phone: str, *, tour: bool = True) -> Page:
        """Sign in on the field app's first page, the introduction behind them where it is new, the categories there."""
        self.sign_in(phone)
        if tour:
            self.page.get_by_role("button", name="不看了").click()
        expect(self.page.locator(".hero input[type=file]")).to_be_attached()
        settled(self.page, KIT_KEPT)
        self.problems.clear()  # nobody is signed in before signing in: the app asks, and hears 401
        return self.page

    def open_units_app(self, phone: str, ticket_id: uuid.UUID) -> Page:
        """Sign in as somebody of a unit, on what waits for it, with the ticket's old picture kept in the phone."""
        self.sign_in(phone)
        self.page.wait_for_url("**/desk/tickets**")
        self.page.goto(f"{self.address}/phone/")
        self.until(lambda: self.page.locator(f"a[href='#/ticket/{ticket_id}'] img.thumb").count() > 0)
        return self.page

    def until(self, holds: Callable[[], bool], seconds: float = 30) -> None:
        """Reload every other second until something holds; fails after a while."""
        deadline, looked = time.monotonic() + seconds, 0
        while not holds():
            assert time.monotonic() < deadline, self.page.inner_text("body")
            self.page.wait_for_timeout(250)
            looked += 1
            if looked % 8 == 0:  # in between, what draws itself has time to
                self.page.reload()


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """Open a browser for one person: a phone with its position, or a desk."""
    opened: list[Visitor] = []

    def open_for(*, phone: bool = False, scripts: bool = True) -> Visitor:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=phone,
            java_script_enabled=scripts,
            geolocation={"latitude": 39.9289, "longitude": 116.4178, "accuracy": 8},
            permissions=["geolocation"],
        )
        opened.append(Visitor(context, address))
        return opened[-1]

    yield open_for
    for one in opened:
        one.context.close()


@pytest.fixture
def inspector(people: tuple[Path, People], visitor: Callable[..., Visitor]) -> Visitor:
    """An inspector on the app's first page, the introduction behind them."""
    one = visitor(phone=True)
    one.open_app(people[1]["inspector"])
    return one


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[int], Path]:
    """A photo that differs from every other seed's."""

    def made(seed: int) -> Path:
        file = tmp_path / f"{seed}.jpg"
        file.write_bytes(jpeg(900_000 + seed, (640, 480)))
        return file

    return made


@pytest.fixture
def server(office: tuple[Path, str]) -> Callable[[], Flask]:
    """The server's own database, beside the server."""
    return lambda: create_app(house.settings_for(office[1], office[0]))


@pytest.fixture
def asked(people: tuple[Path, People], server: Callable[[], Flask]) -> tuple[str, str]:
    """A task to look at what a unit says it has put right; its ticket's number, and whose task it is."""
    app = server()
    with app.app_context():
        make = Make(app, start=1000 * (1 + db.session.query(Task).count()))
        holder, officer = make.inspector(name="李文举"), make.officer()
        done = make.ticket(State.HANDLED, by=make.inspector(), officer=officer, now=now() - timedelta(days=1))
        make.task(done, holder, now=now())
        phone = db.session.get_one(Person, holder.id).phone
        return done.number, phone


@pytest.fixture
def in_hand(people: tuple[Path, People], server: Callable[[], Flask]) -> tuple[uuid.UUID, str]:
    """A ticket that the handler's unit has in hand since yesterday, and the handler's phone number."""
    app, phone = server(), people[1]["handler"]
    with app.app_context():
        make = Make(app, start=50_000 + 100 * db.session.query(Ticket).count())
        unit = db.session.scalars(db.select(Person).where(Person.phone == phone)).one().unit
        ticket_id = make.ticket(State.HANDLING, unit=unit, by=make.inspector(), now=now() - timedelta(days=1)).id
        db.session.remove()
        db.engine.dispose()
    return ticket_id, phone


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _wait_until(holds: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not holds():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
