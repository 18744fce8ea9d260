"""H02: a worker is killed in a job; after its lease another finishes it, once."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.queue import Job, JobState
from inspection.notices import service as notices
from inspection.notices.models import Notice
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.reports.models import Report
from inspection.web.tools import tools
from tests.faults.house import House, Sent, until
from tests.make import Make, jpeg, sha256

pytestmark = pytest.mark.fault

FAR, NEAR = jpeg(1), jpeg(2)
SIZES = ("web", "thumb")
IN_DERIVE = ("job.claimed", "blob.linked", "blob.dir_synced:2", "job.worked")


def jobs(house: House, *columns: str) -> list[tuple[object, ...]]:
    """The columns of every job that was put off, in order; not of what the timetable asked for."""
    with house.inside():
        chosen = select(*(getattr(Job, name) for name in columns)).where(Job.slot.is_(None))
        rows = db.session.execute(chosen.order_by(Job.id))
        return [tuple(row) for row in rows]


def worked_off(house: House) -> Callable[[], bool]:
    """Whether no job is left."""
    return lambda: all(state == JobState.DONE for (state,) in jobs(house, "state"))


@pytest.mark.parametrize("fault", IN_DERIVE)
def test_a_photo_job_whose_worker_was_killed_is_finished_once_by_another(sqlite_house: House, fault: str) -> None:
    killed_in_a_photo_job(sqlite_house, fault)


def test_a_worker_killed_between_the_copies_and_their_row_leaves_them_to_another(house: House) -> None:
    killed_in_a_photo_job(house, "photos.copied")


def killed_in_a_photo_job(house: House, fault: str) -> None:
    """Send a report, kill the worker on the way through its first job, and let another one work."""
    with house.inside():
        report = house.make.report(by=db.session.get_one(Person, house.author), now=now())
        report_id = report.id
    first = house.work(fault)
    first.must_die()
    left = jobs(house, "state", "attempt")

    second = house.work()
    until(worked_off(house), "the second worker does not finish", second)

    assert (JobState.RUNNING, 1) in left
    after = jobs(house, "name", "state", "attempt")
    assert sorted(attempt for _name, _state, attempt in after) == [1, 2]
    assert [name for name, _state, attempt in after if attempt == 2] == ["photos.derive"]
    with house.inside():
        must_have_its_copies(report_id)
    house.must_be_whole()


def must_have_its_copies(report_id: uuid.UUID) -> None:
    """Each photo has its two copies, whole, and no file lies beside them."""
    kit, report = tools(), db.session.get_one(Report, report_id)
    keys = [photo.copy_key(size) for photo in report.manifest.photos for size in SIZES]
    for key in keys:
        with Image.open(io.BytesIO(kit.storage.read(key))) as copy:
            copy.load()
    photo = db.session.scalars(select(Photo)).one()
    assert photo.copied_at is not None and photo.phash
    root = kit.settings.data_dir / "photos"
    assert sorted(keys) == sorted(str(f.relative_to(root)) for f in (root / "copies").rglob("*") if f.is_file())


@pytest.mark.parametrize("fault", ["blob.linked", "blob.dir_synced:2", "job.worked"])
def test_a_notice_whose_printing_was_killed_has_one_file_with_the_hash_that_is_written_down(
    sqlite_house: House, fault: str
) -> None:
    house = sqlite_house
    with house.inside():
        notice_id = signed_notice(house.make)
    with house.inside():
        finish_all_but("notices.render")
    first = house.work(fault)
    first.must_die()

    second = house.work()
    until(worked_off(house), "the second worker does not finish", second, seconds=60)

    with house.inside():
        notice, storage = db.session.get_one(Notice, notice_id), tools().storage
        assert notice.rendered_at is not None and notice.issue == 1
        files = {kind: notices.file(notice, kind, storage) for kind in ("pdf", "docx")}
        assert files["pdf"].startswith(b"%PDF") and files["docx"].startswith(b"PK")
        assert {kind: sha256(data) for kind, data in files.items()} == {
            "pdf": notice.pdf_sha256,
            "docx": notice.docx_sha256,
        }
        assert len(list((house.photos / "notices").rglob("*.pdf"))) == 1
    house.must_be_whole()


def signed_notice(make: Make) -> uuid.UUID:
    """This week's notice, drafted by one and signed by another."""
    city, publisher, moment = make.city(), make.publisher(), now()
    with writing():
        notice = notices.draft(moment.date() - timedelta(days=7), by=db.session.get_one(Person, city.id), now=moment)
    with writing():
        notice = db.session.get_one(Notice, notice.id)
        by = db.session.get_one(Person, publisher.id)
        notices.sign(notice, settings=tools().settings, by=by, now=moment)
    return notice.id


def finish_all_but(name: str) -> None:
    """Leave one job of a kind, the last one."""
    last = db.session.scalars(select(Job.id).where(Job.name == name).order_by(Job.id.desc())).first()
    with writing():
        for job in db.session.scalars(select(Job).where(Job.id != last)):
            db.session.delete(job)


def test_a_report_sent_while_its_worker_dies_is_whole(sqlite_house: House) -> None:
    program = sqlite_house.program(sqlite_house.serve())
    first = sqlite_house.work("job.worked:2")
    sent = Sent((FAR, NEAR))

    receipt = program.send(sent)
    first.must_die()
    second = sqlite_house.work()
    until(worked_off(sqlite_house), "the second worker does not finish", second)

    sqlite_house.must_be_whole((sent, receipt))
    assert {name for (name,) in jobs(sqlite_house, "name")} == {"photos.derive", "triage.propose"}
