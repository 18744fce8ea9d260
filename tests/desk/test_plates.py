"""At triage: what the picture seems to show, beside what was typed, and one press to take it over."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos import service as photos
from inspection.photos.lettering import Box, Reading
from inspection.reports import suggestions
from inspection.reports.models import Report
from inspection.tickets.workflow import State
from inspection.triage import service as triage
from inspection.web.tools import tools
from tests.make import SPOT, Make, jpeg
from tests.web.browser import Browser

Open = Callable[..., Browser]

BOX = Box(0.4, 0.5, 0.6, 0.56)


def pictured(make: Make, *texts: str, seed: int = 700, **more) -> Report:
    """A report on a car that was left, in whose picture these lines stand."""
    more = {"category": "zombie_car", "now": now() - timedelta(minutes=10)} | more
    report = make.report(picture=jpeg(seed, (640, 480)), **more)
    for photo_id in [photo.id for photo in report.manifest.photos]:
        photos.derive(photo_id, storage=tools().storage, now=now())
        read = _reader(texts)
        suggestions.look(photo_id, storage=tools().storage, read=read, now=now())
    return db.session.get_one(Report, report.id)


def _reader(texts: Sequence[str]) -> suggestions.Read:
    return lambda _jpeg: [Reading(text, 0.97, BOX) for text in texts]


def at(report: Report) -> str:
    return f"/desk/triage/{report.id}"


@pytest.mark.parametrize("role", [Role.CITY, Role.DISTRICT])
def test_the_picture_suggests_a_plate_and_one_press_takes_it_over(make: Make, browser: Open, role: Role) -> None:
    report = pictured(make, "京A·6K318")
    person: Person = make.city() if role is Role.CITY else make.officer()
    mine = browser(person)

    page = mine.page(at(report))
    assert "图中像是 京A·6K318（机器识别，请核对）" in page
    assert "就是 京A·6K318 <kbd>P</kbd>" in page and 'data-key="p"' in page

    answer = mine.send(f"{at(report)}/plate", {"plate": "京A·6K318"}, page=at(report))
    assert answer.status_code == 303 and answer.headers["Location"] == at(report)

    page = mine.page(at(report))
    assert "京A·6K318图中也像是这个号牌" in re.sub(r"\s*<[^>]+>\s*", "", page)
    assert "就是 京A·6K318" not in page and 'data-key="p"' not in page


def test_one_sees_the_place_in_the_photo(make: Make, browser: Open) -> None:
    """Of 640 × 480 the plate has 256…384 × 240…269; with 0.4 of its height around it."""
    report = pictured(make, "京A·6K318")

    page = browser(make.officer()).page(at(report))

    assert '<svg class="crop" viewBox="244 228 152 53"' in page
    src = f"/pictures/{report.manifest.photos[0].id}/web.jpg"
    assert f'<image href="{src}" width="640" height="480"' in page


def test_where_the_phone_typed_another_both_are_told(make: Make, browser: Open) -> None:
    report = pictured(make, "京A·6K318", plate="京a 6k319")

    page = browser(make.officer()).page(at(report))

    assert "京A·6K319" in page
    assert "图中像是 京A·6K318（机器识别），和填的不一样，请对着照片核对" in page and "改成 京A·6K318" in page


def test_in_the_form_that_changes_the_rest_it_can_be_taken_over_too(make: Make, browser: Open) -> None:
    report = pictured(make, "京A·6K318")

    form = browser(make.officer()).page(at(report)).partition('class="more edit"')[2].partition("</details>")[0]

    assert '<button class="btn" form="plate-1">就是 京A·6K318</button>' in form


def test_a_photo_in_which_no_plate_stands_is_told_until_somebody_types_one(make: Make, browser: Open) -> None:
    mine, said = browser(make.officer()), "照片里没有认出号牌"

    assert said in mine.page(at(pictured(make, "月牙胡同")))
    assert said not in mine.page(at(pictured(make, "月牙胡同", seed=701, plate="京A6K318")))
    assert said not in mine.page(at(make.report(now=now(), category="zombie_car")))


def test_what_is_no_plate_is_refused_beside_the_field_with_what_was_typed(make: Make, browser: Open) -> None:
    report = pictured(make)
    mine = browser(make.officer())

    answer = mine.send(f"{at(report)}/plate", {"plate": "看不清"}, page=at(report))

    assert answer.status_code == 422 and "这不像一块号牌" in answer.text and 'value="看不清"' in answer.text


def test_the_filter_of_the_list_is_kept(make: Make, browser: Open) -> None:
    report = pictured(make, "京A·6K318")
    mine = browser(make.officer())
    url = f"{at(report)}?category=zombie_car"
    assert f'action="{at(report)}/plate?category=zombie_car"' in mine.page(url)

    answer = mine.send(f"{at(report)}/plate?category=zombie_car", {"plate": "京A·6K318"}, page=url)

    assert answer.headers["Location"] == url


def test_after_it_is_confirmed_the_sights_of_that_plate_are_offered(make: Make, browser: Open) -> None:
    officer = make.officer()
    beside = (SPOT[0] + 0.0003, SPOT[1])
    ticket = make.ticket(
        State.FILED, officer=officer, category="zombie_car", plate="京A6K318", now=now() - timedelta(days=17), at=beside
    )
    report = pictured(make, "京A·6K318")
    mine = browser(officer)
    assert "同一车牌" not in mine.page(at(report))

    mine.send(f"{at(report)}/plate", {"plate": "京A·6K318"}, page=at(report))

    page = mine.page(at(report))
    assert "同一车牌" in page and "天没有移动" in page and ticket.number in page


def test_another_districts_officer_finds_nothing(make: Make, browser: Open) -> None:
    report = pictured(make, "京A·6K318")
    stranger = browser(make.officer("110105"))

    assert stranger.get(at(report)).status_code == 404
    assert stranger.send(f"{at(report)}/plate", {"plate": "京A·6K318"}).status_code == 404
    assert db.session.get_one(Report, report.id).plate is None


def test_nowhere_else_is_a_suggestion_shown(make: Make, browser: Open) -> None:
    """Neither to its author, nor on the ticket, nor to the unit, nor in the ledger: only to whoever decides."""
    author, officer, unit = make.inspector(), make.officer(), make.unit()
    report = pictured(make, "京A·6K318", by=author)
    seen_by_author = [browser(author).page(url) for url in ("/phone/reports", f"/phone/reports/{report.id}")]
    with writing():
        ticket = triage.file_and_dispatch(
            db.session.get_one(Report, report.id),
            category="zombie_car",
            place="月牙胡同 5 号",
            unit=db.session.get_one(type(unit), unit.id),
            limit=None,
            by=db.session.get_one(Person, officer.id),
            now=now(),
        )
    url = f"/desk/tickets/{ticket.id}"
    shown = [browser(one).page(url) for one in (make.handler(unit), officer, make.city(), make.person(Role.AUDITOR))]
    shown += [
        browser(officer).page(one) for one in (f"{url}/sightings", f"{url}/posting-sheet", "/desk/ledger", at(report))
    ]

    assert not [page for page in (*seen_by_author, *shown) if "6K318" in page]
