"""When a plate is looked for in a photo, what is kept of it, and that it counts for nothing by itself."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from inspection import jobs
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.queue import work_off
from inspection.photos.lettering import Box, Reading
from inspection.photos.models import Photo
from inspection.reports import suggestions, supplements
from inspection.reports.models import PlateReading, Report, ReportState
from inspection.triage import candidates, chains
from inspection.triage import service as triage
from inspection.web.tools import tools
from tests import drawn_plates as drawn
from tests.drawn_plates import Paint, Shot
from tests.make import NOW, Make, jpeg
from tests.web.browser import work

BOX = Box(0.4, 0.5, 0.6, 0.56)
LATER = NOW + timedelta(minutes=5)


def reads(*texts: str, sure: float = 0.95):
    """A reader that finds these lines in every picture, and counts how often it is asked."""

    def read(_jpeg: bytes) -> list[Reading]:
        read.asked += 1
        return [Reading(text, sure, BOX) for text in texts]

    read.asked = 0
    return read


def seen(make: Make, read, *, size: tuple[int, int] = (640, 480), category: str = "zombie_car", **more) -> Report:
    """A report with one photo, its copies made and looked at."""
    report = make.report(picture=jpeg(next(make._seeds), size), category=category, **more)
    for photo in report.manifest.photos:
        _look(photo, read)
    return db.session.get_one(Report, report.id)


def _look(photo: Photo, read) -> None:
    photo_id = photo.id
    jobs.photos.derive(photo_id, storage=tools().storage, now=NOW)
    suggestions.look(photo_id, storage=tools().storage, read=read, now=NOW)


def told(report: Report) -> list[str]:
    return [one.plate.told for one in suggestions.of_report(report)]


def confirmed(events) -> list[tuple[str, bool]]:
    """The plates that people confirmed so far, and whether a picture had suggested them."""
    data = [json.loads(one.data) for one in events("report.plate_confirmed")]
    return [(one["plate"], one["suggested"]) for one in data]


def kept() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(PlateReading)) or 0


def test_what_was_read_is_kept_beside_the_photo_with_its_place(make: Make) -> None:
    report = seen(make, reads("月牙胡同", "京A·6K318"))

    (found,) = suggestions.of_report(report)
    assert (found.plate.told, found.confidence, found.photos) == ("京A·6K318", 0.95, 1)
    assert found.box == BOX and found.photo is report.manifest.photos[0]


def test_looking_twice_keeps_it_once_and_asks_once(make: Make) -> None:
    read = reads("京A·6K318")
    report = seen(make, read)

    _look(report.manifest.photos[0], read)

    assert (kept(), read.asked) == (1, 1)


def test_a_photo_without_a_plate_is_remembered_as_looked_at(make: Make) -> None:
    report = seen(make, reads("月牙胡同"))

    assert kept() == 1 and told(report) == [] and suggestions.looked_in_vain(report)


def test_a_reader_that_fails_leaves_the_copies_and_no_word_about_the_plate(make: Make) -> None:
    report = seen(make, lambda _jpeg: None)

    assert kept() == 0 and not suggestions.looked_in_vain(report)
    assert report.manifest.photos[0].copied_at is not None


@pytest.mark.parametrize(
    "more",
    [{"category": "street_clutter"}, {"size": (64, 48)}],
    ids=["no plate in this category", "a picture too small"],
)
def test_where_no_plate_matters_or_none_can_be_read_nobody_looks(make: Make, more) -> None:
    read = reads("京A·6K318")

    seen(make, read, **more)

    assert (kept(), read.asked) == (0, 0)


def test_once_somebody_has_decided_nobody_looks(make: Make) -> None:
    read, officer = reads("京A·6K318"), make.officer()
    report = make.report(picture=jpeg(900, (640, 480)), category="zombie_car")
    with writing():
        ground = triage.DeclineGround.UNCLEAR
        triage.decline(db.session.get_one(Report, report.id), ground=ground, text="看不清", by=officer, now=LATER)

    _look(db.session.get_one(Report, report.id).manifest.photos[0], read)

    assert (kept(), read.asked) == (0, 0)


def test_what_its_author_adds_is_looked_at_too(make: Make) -> None:
    author = make.inspector()
    report = seen(make, reads("月牙胡同"), by=author)
    make.supplement(report.id, author, "补一张", jpeg(901, (640, 480)))

    _look(supplements.pictures_of([report.id])[0], reads("京A·6K318"))

    assert told(report) == ["京A·6K318"] and not suggestions.looked_in_vain(report)


def test_nothing_is_looked_for_where_the_operator_says_so(make: Make) -> None:
    make.report(picture=jpeg(902, (640, 480)), category="zombie_car")
    off = replace(tools(), settings=replace(tools().settings, plate_reading="off"))

    work_off(jobs.functions(off), lease=timedelta())

    assert kept() == 0 and all(photo.copied_at for photo in db.session.scalars(db.select(Photo)))


def test_the_job_reads_a_real_picture(make: Make) -> None:
    picture = drawn.photo("京A6K318", Paint.BLUE, Shot(width=240, lean=15, noise=4), Random(5))
    report = make.report(picture=picture, category="zombie_car")

    work()

    assert told(db.session.get_one(Report, report.id)) == ["京A·6K318"]


def test_a_suggestion_is_no_sight_until_a_person_confirms_it(make: Make) -> None:
    """Two people, sixteen days apart, the same plate in both pictures: nothing is proven, nothing is alike by plate."""
    officer = make.officer()
    first = seen(make, reads("京A·6K318"), now=NOW - timedelta(days=16))
    second = seen(make, reads("京A·6K318"))

    chain = chains.of_report(second)
    assert chain is not None and len(chain.sights) == 1 and not chain.proven
    assert candidates.sight(second).plate is None

    for report in (first, second):
        with writing():
            triage.confirm_plate(db.session.get_one(Report, report.id), plate="京A·6K318", by=officer, now=LATER)

    chain = chains.of_report(db.session.get_one(Report, second.id))
    assert chain is not None and (len(chain.sights), chain.days, chain.proven) == (2, 16, True)


def test_who_confirmed_it_and_whether_a_picture_had_suggested_it_is_written_down(make: Make, events) -> None:
    officer = make.officer()
    report = seen(make, reads("京A·6K318"))

    for plate in ("京a6k318", "京A·6K319"):
        with writing():
            triage.confirm_plate(db.session.get_one(Report, report.id), plate=plate, by=officer, now=LATER)

    assert confirmed(events) == [("京A·6K318", True), ("京A·6K319", False)]
    assert {one.actor for one in events("report.plate_confirmed")} == {f"person:{officer.id}"}
    assert db.session.get_one(Report, report.id).plate_key == "京A6K319"


def test_filing_writes_it_down_only_where_the_plate_is_changed(make: Make, events) -> None:
    officer = make.officer()
    for typed in ("京A·6K318", "京B·11111"):
        report = seen(make, reads("京B·11111"), plate="京A·6K318")
        with writing():
            triage.file_and_dispatch(
                db.session.get_one(Report, report.id),
                category="zombie_car",
                place="月牙胡同",
                unit=None,
                limit=None,
                plate=typed,
                by=officer,
                now=LATER,
            )

    assert confirmed(events) == [("京B·11111", True)]


def test_what_is_no_plate_cannot_be_confirmed(make: Make) -> None:
    report, officer = seen(make, reads()), make.officer()

    with pytest.raises(Invalid) as refused, writing():
        triage.confirm_plate(db.session.get_one(Report, report.id), plate="看不清", by=officer, now=LATER)

    assert refused.value.field == "plate"


def test_nobody_from_another_district_confirms_and_nobody_after_the_decision(make: Make) -> None:
    officer, other = make.officer(), make.officer("110105")
    report = seen(make, reads("京A·6K318"))
    with pytest.raises(NotAllowed), writing():
        triage.confirm_plate(db.session.get_one(Report, report.id), plate="京A·6K318", by=other, now=LATER)
    with writing():
        ground = triage.DeclineGround.UNCLEAR
        triage.decline(db.session.get_one(Report, report.id), ground=ground, text="看不清", by=officer, now=LATER)

    with pytest.raises(Conflict), writing():
        triage.confirm_plate(db.session.get_one(Report, report.id), plate="京A·6K318", by=officer, now=LATER)


def test_what_stands_in_most_photos_comes_first(make: Make) -> None:
    report = seen(make, reads("京A·6K318", sure=0.9))
    author = make.inspector()
    more = [seen(make, reads(text), by=author) for text in ("京B·11111", "京A·6K318")]
    with writing():
        for one in more:
            for reading in db.session.scalars(db.select(PlateReading).where(PlateReading.report_id == one.id)):
                reading.report_id = report.id

    assert told(report) == ["京A·6K318", "京B·11111"]
    assert [one.photos for one in suggestions.of_report(report)] == [2, 1]


def test_only_what_waits_and_was_not_looked_at_is_unread(make: Make) -> None:
    looked_at = seen(make, reads())
    waits = make.report(picture=jpeg(903, (640, 480)), category="zombie_car")
    make.report(picture=jpeg(904, (640, 480)))
    for photo in db.session.scalars(db.select(Photo)).all():
        jobs.photos.derive(photo.id, storage=tools().storage, now=NOW)

    assert db.session.get_one(Report, looked_at.id).state is ReportState.RECEIVED
    photos: list[uuid.UUID] = [photo.id for photo in db.session.get_one(Report, waits.id).manifest.photos]
    assert list(suggestions.unread()) == photos
