"""What is another's looks like nothing; and nobody who is inspected learns who inspected."""

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pdfplumber
import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.db import db, writing
from inspection.notices import service as notices
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.reports.models import Form, Report
from inspection.tickets.workflow import State
from inspection.web.tools import tools
from tests.make import Make
from tests.web.browser import Browser, photo, without_id, work

Open = Callable[..., Browser]
NOBODYS = uuid.UUID("00000000-0000-4000-8000-000000000000")


def same_as_nothing(mine: Browser, url: str, theirs: object) -> bool:
    """Whether an address with someone else's id answers as one with an id that does not exist, word for word."""
    other, nothing = mine.get(url.format(theirs)), mine.get(url.format(NOBODYS))
    return (
        other.status_code == nothing.status_code == 404
        and without_id(other) == without_id(nothing)
        and heads(other) == heads(nothing)
    )


def heads(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name not in {"Set-Cookie", "Content-Length"}}


def test_another_districts_things_look_like_nothing(make: Make, browser: Open) -> None:
    ticket = make.ticket(State.HANDLED, now=now() - timedelta(days=1))
    waiting = make.report(now=now() - timedelta(hours=1))
    work()
    photo_id = db.session.scalars(db.select(Photo.id).where(Photo.manifest_id == waiting.id)).one()
    other = browser(make.officer("110105"))

    assert same_as_nothing(other, "/desk/tickets/{}", ticket.id)
    assert same_as_nothing(other, "/desk/triage/{}", waiting.id)
    assert same_as_nothing(other, "/pictures/{}/web.jpg", photo_id)
    assert ticket.number not in other.page("/desk/tickets?view=all")
    assert ticket.number not in other.page("/desk/tickets?view=all&district=110101")
    assert "都分完了" in other.page("/desk/triage")
    own = browser(make.officer())
    assert ticket.number in own.page(f"/desk/tickets/{ticket.id}")
    assert own.get(f"/desk/triage/{waiting.id}").status_code == 200


@pytest.mark.parametrize("move", ["pass_recheck", "fail_recheck", "void", "instruct", "no_such_move"])
def test_another_districts_ticket_cannot_be_moved_and_does_not_show(make: Make, browser: Open, move: str) -> None:
    ticket = make.ticket(State.HANDLED, now=now() - timedelta(days=1))
    version = ticket.version
    other = browser(make.officer("110105"))

    theirs = other.send(f"/desk/tickets/{ticket.id}/moves/{move}", {"note": "看过了"})
    nothing = other.send(f"/desk/tickets/{NOBODYS}/moves/{move}", {"note": "看过了"})

    assert theirs.status_code == nothing.status_code == 404
    assert without_id(theirs) == without_id(nothing)
    db.session.expire_all()
    assert ticket.version == version


@pytest.mark.parametrize("move", ["filing", "declining", "assigning"])
def test_another_districts_report_cannot_be_decided_on(make: Make, browser: Open, move: str) -> None:
    report, mystery = make.report(), make.report(form=Form.MYSTERY)
    other, own = browser(make.officer("110105")), browser(make.officer())
    given = {"ground": "unclear", "text": "看不清", "place": "门前", "category": "street_clutter", "dispatch": "no"}

    answers = [
        other.send(f"/desk/triage/{report.id}/{move}", given),
        own.send(f"/desk/triage/{mystery.id}/{move}", given),
        own.send(f"/desk/triage/{NOBODYS}/{move}", given),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({without_id(answer) for answer in answers[1:]}) == 1
    db.session.expire_all()
    assert {db.session.get_one(Report, one.id).state for one in (report, mystery)} == {report.state}


def test_another_units_ticket_looks_like_nothing(make: Make, browser: Open) -> None:
    ticket = make.ticket(State.HANDLING, now=now() - timedelta(days=1))
    other = browser(make.handler(make.unit()))

    assert same_as_nothing(other, "/desk/tickets/{}", ticket.id)
    assert ticket.number not in other.page("/desk/tickets?view=all")


def test_a_draft_looks_like_nothing_to_a_district(make: Make, browser: Open) -> None:
    city = make.city()
    with writing():
        notice = notices.draft(now().astimezone(BEIJING).date(), by=db.session.get_one(Person, city.id), now=now())
        notice_id = notice.id
    work()
    officer = browser(make.officer())

    for url in ("/desk/notices/{}", "/desk/notices/{}/file.pdf", "/desk/notices/{}/file.docx"):
        assert same_as_nothing(officer, url, notice_id)
    assert str(notice_id) not in officer.page("/desk/notices")
    assert str(notice_id) in browser(make.publisher()).page("/desk/notices")
    assert browser(make.city()).get(f"/desk/notices/{notice_id}/file.pdf").data.startswith(b"%PDF")


def test_another_inspectors_report_looks_like_nothing(make: Make, browser: Open) -> None:
    report = make.report()
    other = browser(make.inspector())

    for url in ("/phone/reports/{}", "/phone/reports/{}/receipt"):
        assert same_as_nothing(other, url, report.id)
    assert other.send(f"/phone/reports/{report.id}/withdrawal").status_code == 404
    assert str(report.id) not in other.page("/phone/reports")


def test_pictures_are_for_the_author_triage_and_the_unit_that_holds_the_ticket(make: Make, browser: Open) -> None:
    author, unit = make.inspector(), make.unit()
    ticket = make.ticket(State.HANDLED, unit=unit, by=author, now=now() - timedelta(days=1))
    work()
    before, after = (
        db.session.scalars(db.select(Photo.id).where(Photo.role == role)).one() for role in ("far", "after")
    )
    holder = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
    people = {
        "author": author,
        "another inspector": make.inspector(),
        "the unit": holder,
        "another unit": make.handler(make.unit()),
        "the district": make.officer(),
        "another district": make.officer("110105"),
        "the city": make.city(),
        "auditor": make.person(Role.AUDITOR),
        "publisher": make.publisher(),
        "admin": make.person(Role.ADMIN),
    }
    may = {"author", "the unit", "the district", "the city", "auditor"}

    seen = {
        name: {
            browser(person).get(f"/pictures/{one}/{size}.jpg").status_code
            for one in (before, after)
            for size in ("web", "thumb")
        }
        for name, person in people.items()
    }

    assert ticket.state is State.HANDLED
    known = {"another inspector": {200, 404}}  # the small copy of an open problem, so that it is not reported twice
    assert seen == {name: {200} if name in may else known.get(name, {404}) for name in people}


def test_the_original_has_no_address(make: Make, browser: Open) -> None:
    author = make.inspector()
    make.report(author)
    work()
    kept = db.session.scalars(db.select(Photo)).one()
    mine = browser(author)

    for url in (
        f"/pictures/{kept.id}/original.jpg",
        f"/pictures/{kept.id}/sealed.jpg",
        f"/static/../{kept.sealed_key}",
    ):
        assert mine.get(url).status_code == 404
    answer = mine.get(f"/pictures/{kept.id}/web.jpg")
    assert answer.data != tools().storage.read(kept.sealed_key)


def test_a_picture_that_is_not_made_yet_is_not_there(make: Make, browser: Open) -> None:
    author = make.inspector()
    make.report(author)
    photo_id = db.session.scalars(db.select(Photo.id)).one()

    assert browser(author).get(f"/pictures/{photo_id}/web.jpg").status_code == 404


CANARY = "金丝雀"
PHONE = "13777777777"


def test_the_canary_is_in_nothing_that_the_inspected_side_can_fetch(app: Flask, make: Make, browser: Open) -> None:
    """A report by an inspector whose every trace is unmistakable, and every page of handler and district."""
    seen_at = (now() - timedelta(days=2)).astimezone(BEIJING).replace(hour=7, minute=43, second=37)
    author = make.inspector(name=f"欧阳{CANARY}", phone=PHONE)
    picture = photo(7, seen_at, Make="CANARYCAM", Model="CANARYMODEL", Software="CANARYSOFT", Artist=CANARY)
    officer, unit = make.officer(), make.unit()
    new = make.new_report(picture, now=seen_at)
    sent = make.announce(author, new, now=seen_at)
    make.upload(author, sent.report.id, picture, now=seen_at)
    receipt = make.announce(author, new, sent.report.id, now=seen_at).receipt
    assert receipt
    canaries = [
        *(CANARY, "欧阳", PHONE, "CANARY", str(author.id), author.id.hex, receipt.number, "07:43", "7:43", ":37"),
        *(sent.report.manifest.content_hash, new.photos[0].sha256),
    ]
    work()
    district = browser(officer)
    waiting = district.page(f"/desk/triage/{sent.report.id}")
    filed = district.send(
        f"/desk/triage/{sent.report.id}/filing",
        {
            "category": "street_clutter",
            "place": "月牙胡同",
            "unit": str(unit.id),
            "dispatch": "yes",
            "limit_amount": "5",
            "limit_unit": "workday",
        },
    )
    assert filed.status_code == 303
    ticket_id = db.session.scalars(db.select(notices.collect.Ticket.id)).one()
    handler = browser(make.handler(unit))
    handler.send(f"/desk/tickets/{ticket_id}/moves/accept")
    sign_a_notice(make)
    photo_id = db.session.scalars(db.select(Photo.id)).one()
    notice_id = db.session.scalars(db.select(notices.Notice.id)).one()

    answers = [
        *(
            district.get(url)
            for url in ("/desk/triage", "/desk/tickets?view=all", "/desk/notices", "/desk/outlines.json")
        ),
        *(mine.get(f"/desk/tickets/{ticket_id}") for mine in (district, handler)),
        *(mine.get(f"/pictures/{photo_id}/{size}.jpg") for mine in (district, handler) for size in ("web", "thumb")),
        *(handler.get(url) for url in ("/desk/tickets", "/desk/tickets?view=all", f"/phone/reports/{sent.report.id}")),
        handler.get(f"/desk/triage/{sent.report.id}"),
        handler.send(f"/desk/tickets/{ticket_id}/moves/submit", {"note": "好了"}),
        *(handler.get(f"/api/v1/{url}") for url in ("tickets/in-hand", "session", "reports", "tasks", "nearby")),
        district.get(f"/desk/notices/{notice_id}"),
        district.get(f"/desk/notices/{notice_id}/file.pdf"),
        district.get(f"/desk/notices/{notice_id}/file.docx"),
    ]

    assert sum(answer.status_code == 200 for answer in answers) == 17
    assert not [canary for canary in canaries if canary in waiting]
    for answer in answers:
        said = f"{answer.headers} {text_of(answer)}"
        assert not [canary for canary in canaries if canary in said], answer.request.path
    shown = Image.open(io.BytesIO(answers[6].data))
    assert not shown.getexif() and "comment" not in shown.info


def text_of(answer: TestResponse) -> str:
    """All that a page, a picture or a document says, its metadata too."""
    if answer.mimetype == "application/pdf":
        with pdfplumber.open(io.BytesIO(answer.data)) as paper:
            return f"{paper.metadata} " + "".join(page.extract_text() for page in paper.pages)
    if answer.mimetype.endswith("wordprocessingml.document"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            return "".join(packed.read(name).decode("utf-8", "ignore") for name in packed.namelist() if "xml" in name)
    if answer.mimetype == "image/jpeg":
        return answer.data.decode("latin-1").replace("7:43", "").replace(":37", "")  # chance among pixels
    return answer.text


def sign_a_notice(make: Make) -> None:
    moment = now()
    city, publisher = make.city(), make.publisher()
    with writing():
        notice = notices.draft(moment.astimezone(BEIJING).date(), by=db.session.get_one(Person, city.id), now=moment)
        notice_id = notice.id
    with writing():
        notices.sign(
            db.session.get_one(notices.Notice, notice_id),
            settings=tools().settings,
            by=db.session.get_one(Person, publisher.id),
            now=moment,
        )
    work()


def test_an_error_has_a_name_to_ask_for_and_says_nothing_of_the_inside(
    app: Flask, make: Make, browser: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mine = browser(make.city())

    def broken(*_: object, **__: object) -> None:
        raise LookupError("SELECT secret FROM person -- /srv/data/mingcha.db")

    monkeypatch.setattr(notices, "page", broken)
    answers = [mine.get("/desk/notices"), mine.get("/desk/notices")]

    assert [answer.status_code for answer in answers] == [500, 500]
    names = [answer.text.split('<span class="code">')[1].split("<")[0] for answer in answers]
    assert len(set(names)) == 2 and all(len(name) == 12 and name in caplog.text for name in names)
    for answer in answers:
        assert not any(word in answer.text for word in ("Traceback", "LookupError", "SELECT", "/srv/data", ".py"))


@pytest.mark.parametrize(
    "url",
    [
        "/desk/tickets?cursor=nonsense",
        "/desk/tickets?view=nonsense",
        "/desk/tickets?district=nonsense",
        "/desk/triage?cursor=!!!",
        "/desk/tickets/not-an-id",
        "/phone/reports",
    ],
)
def test_a_strange_address_is_refused_as_a_page(make: Make, browser: Open, url: str) -> None:
    answer = browser(make.city()).get(url)

    assert answer.status_code in {200, 403, 404, 422}
    assert "Traceback" not in answer.text
    assert answer.mimetype == "text/html"
