"""Tasks, feedback, supplements: nothing that the inspected side can fetch tells of them or of their people (D06)."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos.models import ManifestKind, Photo
from inspection.tickets import service as tickets
from inspection.tickets import tasks
from inspection.tickets.models import Finding, Opinion, Task, TaskKind, Ticket, TicketReport
from inspection.tickets.workflow import State
from tests.make import Make
from tests.web.browser import Browser, photo, without_id, work

Open = Callable[..., Browser]
TOLD = ("督查员去看", "去看过", "请督查员", "不满意", "满意", "督查员已看")
VIEWS = ("all", "open", "closed", "to_recheck", "visited", "dissatisfied")
DAY = timedelta(days=1)


class Scene:
    """A ticket, those who may see it, an author and an asked inspector whose every trace is unmistakable."""

    def __init__(self, make: Make, browser: Open, state: State, **more: object) -> None:
        self.make, unit, officer = make, make.unit(), make.officer()
        self.author = make.inspector(name="欧阳金丝雀", phone="13777777771")
        self.asked = make.inspector(name="司徒百灵鸟", phone="13777777772")
        self.begun = (now() - 2 * DAY).astimezone(BEIJING).replace(hour=7, minute=43, second=37)
        self.id = make.ticket(state, by=self.author, unit=unit, officer=officer, now=self.begun, **more).id
        self.url = f"/desk/tickets/{self.id}"
        holder = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
        self.city_officer, self.district_officer = make.city(), officer
        self.district, self.handler = browser(officer), browser(holder)
        self.auditor, self.city = browser(make.person(Role.AUDITOR)), browser(self.city_officer)
        work()

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.id)

    def ask(self, kind: TaskKind) -> Task:
        return self.make.task(self.ticket, self.asked, kind=kind, now=now(), by=self.city_officer)

    def look(self, task: Task, note: str, verdict: Finding = Finding.BAD) -> None:
        self.make.opinion(task, self.asked, photo(77, now(), Artist="CANARY"), verdict=verdict, note=note, now=now())
        work()

    def pages(self, mine: Browser) -> dict[str, str]:
        """Everything that a unit or a district can open about the ticket, without what differs at each request."""
        urls = (
            self.url,
            *(f"/desk/tickets?view={view}" for view in VIEWS),
            "/desk/tickets",
            "/desk/",
        )
        return {url: without_id(mine.get(url, follow_redirects=True)) for url in urls}


def test_asking_and_looking_change_nothing_on_any_page_of_the_inspected_side(make: Make, browser: Open) -> None:
    scene = Scene(make, browser, State.HANDLED)
    watchers = (scene.district, scene.handler, scene.auditor)
    before = [scene.pages(mine) for mine in watchers]

    task = scene.ask(TaskKind.RECHECK)
    asked = [scene.pages(mine) for mine in watchers]
    scene.look(task, "司徒百灵鸟说还没有改好")
    looked = [scene.pages(mine) for mine in watchers]

    assert before == asked == looked
    assert "没有改好" in scene.city.page(scene.url)
    for page in (page for pages in looked for page in pages.values()):
        assert not [word for word in (*TOLD, task.alias + " 去看", "司徒", "欧阳", "1377777777") if word in page]


def test_complaining_changes_nothing_on_any_page_of_the_inspected_side(make: Make, browser: Open) -> None:
    scene = Scene(make, browser, State.CLOSED)
    watchers = (scene.district, scene.handler, scene.auditor)
    before = [scene.pages(mine) for mine in watchers]

    report_id = scene.ticket.reports[0].report_id
    make.feedback(report_id, scene.author, "欧阳金丝雀说墙角还有", photo(78, now(), Artist="CANARY"), now=now())
    work()
    after = [scene.pages(mine) for mine in watchers]

    assert before == after
    assert not [word for pages in after for page in pages.values() for word in (*TOLD, "欧阳", "墙角") if word in page]


def test_their_pictures_and_addresses_look_like_nothing(app: Flask, make: Make, browser: Open) -> None:
    scene = Scene(make, browser, State.CLOSED)
    task = scene.ask(TaskKind.LOOKBACK)
    scene.look(task, "还堆着")
    make.feedback(scene.ticket.reports[0].report_id, scene.author, "墙角还有", photo(79), now=now())
    work()
    kinds = (ManifestKind.RECHECK, ManifestKind.FEEDBACK)
    kept = [one.id for one in db.session.scalars(db.select(Photo)) if one.manifest.kind in kinds]
    opinion_id = db.session.scalars(db.select(Opinion.id)).one()
    bystander = browser(make.inspector())

    assert len(kept) == 2
    for mine in (scene.district, scene.handler, scene.auditor, bystander, browser(make.publisher())):
        for photo_id in (*kept, uuid.uuid4()):
            assert mine.get(f"/pictures/{photo_id}/web.jpg").status_code == 404
    for mine in (scene.district, scene.handler):
        for url in ("/api/v1/tasks", f"/phone/reports/{scene.ticket.reports[0].report_id}"):
            assert mine.get(url).status_code == 403
        assert mine.send(f"{scene.url}/tasks", {"due_on": "2026-12-01"}).status_code == 403
        assert mine.client.put(f"/api/v1/rechecks/{opinion_id}", json={}).status_code in {400, 403}
    assert [scene.city.get(f"/pictures/{photo_id}/web.jpg").status_code for photo_id in kept] == [200, 200]


def test_a_district_cannot_use_or_probe_what_was_brought(make: Make, browser: Open) -> None:
    scene = Scene(make, browser, State.HANDLED)
    task = scene.ask(TaskKind.RECHECK)
    scene.look(task, "还堆着")

    def tried(visit: object) -> str:
        seen = scene.ticket.version
        given = {"note": "看过了", "visit": str(visit), "seen": str(seen)}
        answer = scene.district.send(f"{scene.url}/moves/pass_recheck", given)
        assert answer.status_code == 422
        return re.sub(str(visit), "", without_id(answer))

    assert tried(task.id) == tried(uuid.uuid4()) == tried("nonsense")
    assert scene.ticket.state is State.HANDLED


def test_after_the_citys_verdict_the_usual_is_seen_and_no_more(make: Make, browser: Open) -> None:
    scene = Scene(make, browser, State.HANDLED)
    task = scene.ask(TaskKind.RECHECK)
    scene.look(task, "司徒百灵鸟说还堆着")

    with writing():
        ticket = db.session.get_one(Ticket, scene.id)
        by = db.session.get_one(Person, scene.city_officer.id)
        shown = tasks.evidence(ticket, task.id, by=by)
        tickets.fail_recheck(ticket, reason="原处还有", evidence=shown, by=by, now=now())

    for mine in (scene.district, scene.handler):
        page = mine.page(scene.url)
        assert "核查不通过，退回返工：原处还有" in page and scene.city_officer.name in page
        assert not [word for word in (*TOLD, "司徒", "百灵", "还堆着") if word in page]


def test_a_supplement_is_evidence_without_its_author(make: Make, browser: Open) -> None:
    scene = Scene(make, browser, State.FILED)
    report = make.report(scene.author, now=scene.begun)
    make.supplement(report.id, scene.author, "又多了一个柜子", photo(80, scene.begun, Artist="CANARY"), now=scene.begun)
    work()

    page = scene.district.page(f"/desk/triage/{report.id}")

    assert "又多了一个柜子" in page
    canaries = ("欧阳", "1377777777", "CANARY", scene.author.id.hex, str(scene.author.id), "7:43", ":37")
    assert not [word for word in canaries if word in page]
    for url in re.findall(r'href="(/pictures/[^"]+)"', page):
        assert b"CANARY" not in scene.district.get(url).data
        assert scene.handler.get(url).status_code == 404


def test_whoever_is_merged_sees_the_tickets_way_as_the_first_does(make: Make, browser: Open) -> None:
    scene = Scene(make, browser, State.HANDLED)
    second = make.inspector()
    report_id = make.report(second, now=now() - DAY).id
    with writing():
        report = db.session.get_one(type(scene.ticket.reports[0].report), report_id)
        report.state, report.decided_at = report.state.MERGED, now()
        db.session.add(TicketReport(report=report, ticket_id=scene.id, merged_at=now()))
    work()
    mine = browser(second)

    page, listed = mine.page(f"/phone/reports/{report_id}"), mine.page("/phone/reports")

    assert "改了，等复核" in page and "改了，等复核" in listed
    for words in ("和别人报的合在一起办", "东城区立案", "交给承办单位", "承办单位交来整改后照片"):
        assert words in page
    pictures = [part.split('"')[0] for part in page.split('src="')[1:] if part.startswith("/pictures/")]
    assert [mine.get(url).status_code for url in pictures] == [200, 200]
