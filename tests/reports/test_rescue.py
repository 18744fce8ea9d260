"""A phone's exported outbox: taken in as if it had been sent, and refused with the reason where it is none."""

import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from flask import Flask

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotAllowed
from inspection.people import service as people
from inspection.people.models import Person
from inspection.reports.models import Report, ReportState
from inspection.reports.rescue import Outbox
from inspection.tickets.models import Task, TaskState, Ticket
from inspection.tickets.workflow import State
from inspection.web import rescue
from inspection.web.rescue import Taken
from inspection.web.tools import tools
from tests.make import NOW, SPOT, Make, jpeg, sha256

FIRST, SECOND = jpeg(1), jpeg(2)


def manifest(*pictures: bytes, **more: Any) -> dict[str, Any]:
    photos = [{"sha256": sha256(one), "bytes": len(one), "role": "far", "taken_at": None} for one in pictures]
    place = {"lat": SPOT[0], "lng": SPOT[1], "datum": "wgs84", "accuracy_m": 8, "source": "live", "fixed_at": None}
    known = {"category": "street_clutter", "form": "adhoc", "captured_at": NOW.isoformat(), "place": place}
    return known | {"photos": photos} | more


def record(*pictures: bytes, **more: Any) -> dict[str, Any]:
    told = {"id": str(uuid.uuid4()), "kind": "report", "manifest": manifest(*pictures), "recordings": []}
    return told | {"photos": [sha256(one) for one in pictures]} | more


def exported(owner: object, records: list[dict[str, Any]], *pictures: bytes, **members: bytes) -> io.BytesIO:
    file = io.BytesIO()
    told = {"format": "mingcha-outbox-1", "exported_at": NOW.isoformat(), "person": {"id": str(owner)}}
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("outbox.json", json.dumps(told | {"records": records}))
        for one in pictures:
            packed.writestr(f"bytes/{sha256(one)}", one)
        for name, content in members.items():
            packed.writestr(name, content)
    file.seek(0)
    return file


def take(make: Make, file: io.BytesIO, by: Person | str = "command line") -> Taken:
    return rescue.take_in(file, tools(), by=by)


def test_every_report_of_the_file_is_received_as_its_owners_with_a_receipt(app: Flask, make: Make, events: Any) -> None:
    owner = make.inspector()
    records = [record(FIRST, SECOND), record(SECOND)]

    taken = take(make, exported(owner.id, records, FIRST, SECOND), by=make.city())

    assert [line.wrong for line in taken.lines] == [None, None]
    assert all(line.number for line in taken.lines)
    assert {report.state for report in db.session.scalars(db.select(Report))} == {ReportState.RECEIVED}
    assert json.loads(events("outbox.imported")[0].data) == {"received": 2, "records": 2}


def test_taken_in_twice_it_is_received_once_with_the_same_number(app: Flask, make: Make) -> None:
    owner, records = make.inspector(), [record(FIRST)]

    first = take(make, exported(owner.id, records, FIRST))
    second = take(make, exported(owner.id, records, FIRST))

    assert first.lines == second.lines
    assert db.session.query(Report).count() == 1


def test_what_was_seen_where_one_was_asked_to_look_ends_the_task_and_only_its_owner_can_have_it(
    app: Flask, make: Make
) -> None:
    owner, ticket = make.inspector(), make.ticket(State.HANDLED, by=make.inspector(), now=NOW)
    task = make.task(ticket, owner, now=NOW)
    seen = manifest(FIRST, task=str(task.id), verdict="bad", note="箱子还在")
    seen = {name: value for name, value in seen.items() if name not in {"category", "form"}}
    seen["photos"][0]["role"] = "recheck"
    mine = record(FIRST, kind="recheck", manifest=seen)

    first = take(make, exported(owner.id, [mine], FIRST))
    second = take(make, exported(owner.id, [mine], FIRST))
    others = take(make, exported(make.inspector().id, [mine | {"id": str(uuid.uuid4())}], FIRST))

    assert first.lines[0].number and first.lines == second.lines
    assert db.session.get_one(Task, task.id).state is TaskState.DONE
    assert [(line.number, bool(line.wrong)) for line in others.lines] == [(None, True)]


def test_a_repair_that_could_not_be_sent_is_handed_in_as_its_handlers(app: Flask, make: Make) -> None:
    unit = make.unit()
    ticket, handler = make.ticket(State.HANDLING, unit=unit, now=NOW), make.handler(unit)
    done = manifest(FIRST, ticket=str(ticket.id), round=1, note="已清走")
    done = {name: value for name, value in done.items() if name not in {"category", "form"}}
    done["photos"][0] |= {"role": "after", "taken_at": now().isoformat()}
    mine = record(FIRST, kind="answer", manifest=done)

    first = take(make, exported(handler.id, [mine], FIRST))
    second = take(make, exported(handler.id, [mine], FIRST))
    late = take(make, exported(handler.id, [mine | {"id": str(uuid.uuid4())}], FIRST))

    assert first.lines[0].number == f"{ticket.number}-1" and first.lines == second.lines
    assert db.session.get_one(Ticket, ticket.id).state is State.HANDLED
    assert "已经有人交过反馈" in str(late.lines[0].wrong)


def test_one_that_is_wrong_names_its_field_and_does_not_stop_the_others(app: Flask, make: Make) -> None:
    owner = make.inspector()
    wrong = [
        record(FIRST, manifest=manifest(FIRST, category=None)),
        record(FIRST, manifest=manifest(FIRST, category="nothing")),
        record(FIRST, id="no id"),
        record(FIRST, kind="note"),
    ]

    taken = take(make, exported(owner.id, [*wrong, record(SECOND)], FIRST, SECOND))

    told = [str(line.wrong) for line in taken.lines[:-1]]
    assert told[0].startswith("category 一项不对")
    assert told[1:] == ["没有“nothing”这个类别。", "编号看不懂。", "这一种还不能导入，请在手机上登录后再发。"]
    assert taken.lines[-1].number


def test_a_photo_that_is_missing_or_damaged_leaves_the_report_waiting_for_it(app: Flask, make: Make) -> None:
    owner = make.inspector()
    damaged = {f"bytes/{sha256(SECOND)}": SECOND[:-1] + b"x"}

    taken = take(make, exported(owner.id, [record(FIRST), record(SECOND)], **damaged))

    assert [str(line.wrong) for line in taken.lines] == [
        "还差照片，文件里没有。",
        "照片没有传完整，长度或指纹不一致，请再传一次。",
    ]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"], ids=["empty", "text", "cut off"])
def test_what_is_no_file_of_a_phone_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        Outbox(io.BytesIO(content))

    assert refused.value.field == "file"


@pytest.mark.parametrize("name", ["../outbox.json", "/etc/passwd", "bytes/../x", "bytes/" + "a" * 63, "more.txt"])
def test_a_member_that_may_not_be_there_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="不该有"):
        Outbox(exported(uuid.uuid4(), [], **{name: b"x"}))


def test_a_file_that_unpacks_to_far_more_than_it_is_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("outbox.json", "{}")
        packed.writestr(f"bytes/{'0' * 64}", b"\0" * 60_000_000)
    file.seek(0)

    with pytest.raises(Invalid, match="太大"):
        Outbox(file)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("[]", "格式不认识"),
        ('{"format": "other"}', "格式不认识"),
        ('{"format": "mingcha-outbox-1"}', "是谁的"),
        ('{"format": "mingcha-outbox-1", "person": {"id": "x"}, "records": 5}', "没有记录"),
        ('{"format": "mingcha-outbox-1", "person": {"id": "x"}, "records": [5]}', "看不懂"),
    ],
)
def test_a_list_that_is_none_is_refused(told: str, words: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("outbox.json", told)
    file.seek(0)

    with pytest.raises(Invalid, match=words):
        Outbox(file)


def test_only_an_inspector_who_is_here_owns_a_file(app: Flask, make: Make) -> None:
    gone = make.inspector()
    with writing():
        people.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)

    for owner in (gone.id, make.officer().id, uuid.uuid4(), "nobody"):
        with pytest.raises(Invalid, match="主人"):
            take(make, exported(owner, [record(FIRST)], FIRST))


def test_only_the_city_office_may_take_a_file_in(app: Flask, make: Make) -> None:
    owner = make.inspector()

    with pytest.raises(NotAllowed):
        take(make, exported(owner.id, [record(FIRST)], FIRST), by=make.officer())

    assert db.session.query(Report).count() == 0
