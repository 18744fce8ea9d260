"""导入旧台账: every wrong row is told before anything is changed, and then all of it is taken over or none."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from inspection.geography import service as geography
from inspection.kernel import audit, reading
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import at, day_of, now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.kernel.reading import Raw
from inspection.kernel.sheets import Kind
from inspection.ledger import exports, imports
from inspection.ledger.checking import Checked, Known, check
from inspection.ledger.columns import COLUMNS
from inspection.ledger.exports import Wanted
from inspection.ledger.models import Import, Order
from inspection.notices import collect
from inspection.people.models import Person, Unit
from inspection.tickets import lists
from inspection.tickets import service as tickets
from inspection.tickets.filters import NOTHING
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import DISTRICT, NOW, STREET, Make
from tests.web.browser import Browser

Open = Callable[..., Browser]
HEAD = [
    "案卷号", "类别", "点位", "区", "街道（乡镇）", "承办单位", "状态",
    "立案", "派遣", "签收", "期限", "反馈", "结案", "作废理由",
]  # fmt: skip
UNIT = "东四街道综合行政执法队"


def row(number: str = "2025-001", **cells: Any) -> list[Any]:
    known = {
        "案卷号": number, "类别": "街面乱堆乱放", "点位": "月牙胡同 5 号", "区": "东城区", "街道（乡镇）": "东四街道",
        "承办单位": UNIT, "状态": "已结案", "立案": "2025-03-03", "派遣": "2025-03-03", "签收": "2025-03-04",
        "期限": "2025-03-05", "反馈": "2025-03-05", "结案": "2025-03-07", "作废理由": "",
    }  # fmt: skip
    return [(known | cells)[name] for name in HEAD]


OPENED = {
    "待派遣": {"承办单位": "", "派遣": "", "签收": "", "期限": "", "反馈": "", "结案": ""},
    "待签收": {"签收": "", "反馈": "", "结案": ""},
    "处置中": {"反馈": "", "结案": ""},
    "待核查": {"结案": ""},
    "已结案": {},
    "作废": {"作废理由": "重复", "结案": "", "反馈": ""},
}
STATES = dict(
    zip(OPENED, (State.FILED, State.DISPATCHED, State.HANDLING, State.HANDLED, State.CLOSED, State.VOID), strict=True)
)


def as_csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for one in rows:
        book.active.append(list(one))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def known(today: date = date(2026, 11, 23)) -> Known:
    return Known(
        {"街面乱堆乱放": ("street_clutter", "normal")}, {(DISTRICT, UNIT): 7}, geography.current_atlas(), today
    )


def checked(*rows: Sequence[Any], head: Sequence[str] = HEAD) -> Checked:
    return check([Raw(number, cells) for number, cells in enumerate([head, *rows], 1)], known())


def wrongs(found: Checked) -> list[tuple[int, str, str]]:
    return [(one.row, one.heading, str(one.why)) for one in found.wrong]


@pytest.fixture
def unit(make: Make) -> Unit:
    unit = make.unit()
    with writing():
        db.session.get_one(Unit, unit.id).name = UNIT
    return unit


def take_over(make: Make, data: bytes, person: Person | None = None) -> Import:
    """Look at it, keep it, take it in, as the page does."""
    by = person or make.city()
    found = imports.look_at(data, by=by, now=NOW)
    assert wrongs(found) == []
    file = imports.new(data, found, file_name="旧台账.csv", by=by, now=NOW)
    with writing():
        imports.keep(file, by=db.session.get_one(Person, by.id))
    with writing():
        imports.take_in(db.session.get_one(Import, file.id), found, by=db.session.get_one(Person, by.id), now=NOW)
    return file


@pytest.mark.parametrize("state", OPENED)
@pytest.mark.parametrize("said", [True, False], ids=["said", "not said"])
def test_a_state_is_taken_over_as_far_as_the_row_proves_it(app: Flask, state: str, said: bool) -> None:
    found = checked(row(状态=state if said else "", **OPENED[state]))

    assert wrongs(found) == []
    assert [ticket.state for ticket in found.tickets] == [STATES[state]]


@pytest.mark.parametrize(
    ("cells", "heading", "why"),
    [
        ({"状态": "待核查", "反馈": "", "结案": ""}, "反馈", "状态是“待核查”，这一列不能空着。"),
        ({"状态": "已结案", "结案": ""}, "结案", "状态是“已结案”，这一列不能空着。"),
        ({"状态": "已结案", "承办单位": ""}, "承办单位", "状态是“已结案”，这一列不能空着。"),
        ({"状态": "处置中", "反馈": "", "结案": "", "承办单位": ""}, "承办单位", "状态是“处置中”，这一列不能空着。"),
        ({"状态": "处置中", "结案": ""}, "反馈", "状态是“处置中”，这一列应当空着。"),
        ({"状态": "作废"}, "作废理由", "状态是“作废”，这一列不能空着。"),
        ({"状态": "办完了"}, "状态", "没有“办完了”这个状态。"),
        ({"状态": "挂账"}, "状态", "挂账的请按“处置中”导入，再在系统里挂账。"),
        ({"案卷号": ""}, "案卷号", "不能空着。"),
        ({"类别": "飞碟"}, "类别", "类别目录里没有“飞碟”。"),
        ({"区": "浦东"}, "区", "没有“浦东”这个区。"),
        ({"街道（乡镇）": "中关村"}, "街道（乡镇）", "这个区没有“中关村”。"),
        ({"承办单位": "某公司"}, "承办单位", "这个区没有单位“某公司”，请先在系统里建好。"),
        ({"立案": "去年春天"}, "立案", "日期要写成 2026-11-09 这样。"),
        ({"立案": "2025-02-30"}, "立案", "日期要写成 2026-11-09 这样。"),
        ({"立案": 45719}, "立案", "日期要写成 2026-11-09 这样。"),
        ({"结案": "2027-01-01"}, "结案", "日期在今天以后。"),
        ({"结案": "2025-03-04"}, "结案", "比“反馈”还早。"),
        ({"期限": "2025-03-01"}, "期限", "期限要在派遣以后、十年以内。"),
        ({"点位": "长" * 201}, "点位", "太长，最多 200 个字。"),
        ({"点位": "a\x07b"}, "点位", "里面有看不见的字符。"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(app: Flask, cells: dict[str, Any], heading: str, why: str) -> None:
    found = checked(row("2025-000"), row(**cells))

    assert (3, heading, why) in wrongs(found)
    assert {one.row for one in found.wrong} == {3}
    assert [ticket.row for ticket in found.tickets] == [2]


def test_every_wrong_cell_is_told_not_only_the_first(app: Flask) -> None:
    found = checked(row(类别="飞碟", 区="浦东"), row("2025-002", 立案="x"), row("2025-002"), row("2025-002"))

    assert [(one.row, one.heading) for one in found.wrong] == [(2, "类别"), (2, "区"), (3, "立案"), (5, "案卷号")]
    assert str(found.wrong[-1].why) == "和第 4 行的案卷号相同。"


@pytest.mark.parametrize(
    "written", ["2025-3-3", "2025/03/03", "2025.3.3", "2025年3月3日", date(2025, 3, 3), at(date(2025, 3, 3), time(8))]
)
def test_a_day_may_be_written_as_old_ledgers_write_it(app: Flask, written: Any) -> None:
    [ticket] = checked(row(立案=written)).tickets

    assert ticket.days["filed"] == date(2025, 3, 3)


def test_headings_are_known_by_other_names_below_a_title_and_in_any_order(app: Flask) -> None:
    head = ["区县", "编号", "备注", "地址", "问题类别", "立案日期"]
    rows = [
        ["东城区 2025 年台账", None, None],
        head,
        ["东城", 2025001.0, "x", "月牙胡同 5 号", "街面乱堆乱放", "2025-3-3"],
    ]

    found = check([Raw(number, cells) for number, cells in enumerate(rows, 1)], known())

    assert wrongs(found) == []
    assert [(ticket.number, ticket.district, ticket.state) for ticket in found.tickets] == [
        ("2025001", DISTRICT, State.FILED)
    ]
    assert found.unused == ("备注",)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["案卷号", "类别", "点位"], "没有找到表头，缺少这些列：区、立案。"),
        ([*HEAD, "编号"], "有两列都是“案卷号”，请留一列。"),
    ],
)
def test_without_the_headings_that_are_needed_nothing_is_read(app: Flask, head: list[str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        checked(row(), head=head)


def test_a_formula_is_refused_in_its_cell(app: Flask, make: Make, unit: Unit) -> None:
    rows = [HEAD, row(点位='=HYPERLINK("http://x","月牙胡同")'), row("2025-002")]

    for data in (as_csv(rows), as_xlsx(rows)):
        found = imports.look_at(data, by=make.city(), now=NOW)

        assert wrongs(found) == [(2, "点位", "是公式，请粘贴成数值再交。")]


@pytest.mark.parametrize("data", [as_csv([HEAD, row()], "gb18030"), as_csv([HEAD, row()]), as_xlsx([HEAD, row()])])
def test_every_kind_of_file_makes_the_same_ticket(
    app: Flask, make: Make, unit: Unit, events: Callable[..., list[AuditEvent]], data: bytes
) -> None:
    take_over(make, data)

    ticket = db.session.scalars(db.select(Ticket)).one()
    days = ("filed_at", "dispatched_at", "accepted_at", "due_at", "handled_at", "closed_at")
    assert [day_of(getattr(ticket, name)).isoformat() for name in days] == [
        "2025-03-03", "2025-03-03", "2025-03-04", "2025-03-05", "2025-03-05", "2025-03-07",
    ]  # fmt: skip
    assert (ticket.number, ticket.state, ticket.unit_id, ticket.street_code) == (
        "2025-001", State.CLOSED, unit.id, STREET,
    )  # fmt: skip
    assert (ticket.cell, ticket.late, ticket.round, ticket.reports, ticket.imported_at) == ("", False, 1, [], NOW)
    assert [event.name for event in events()][-2:] == ["ledger.imported", "ticket.imported"]
    assert events("ticket.imported")[0].object == ticket.audit_ref
    assert audit.verify().problems == ()


def test_a_row_with_a_position_is_near_to_what_is_there(app: Flask, make: Make, unit: Unit) -> None:
    take_over(make, as_csv([[*HEAD, "纬度", "经度"], [*row(), "39.9289", "116.4178"]]))

    ticket = db.session.scalars(db.select(Ticket)).one()
    assert (ticket.lat, ticket.lng) == (39.9289, 116.4178) and ticket.cell


def test_the_same_file_again_is_refused_with_the_numbers_that_are_there(app: Flask, make: Make, unit: Unit) -> None:
    data = as_csv([HEAD, row(), row("2025-002")])
    take_over(make, data)

    again = imports.look_at(data, by=make.city(), now=NOW)

    assert wrongs(again) == [(line, "案卷号", "台账里已经有这个案卷号。") for line in (2, 3)]
    assert imports.imported_before(data) == NOW
    assert db.session.scalar(db.select(db.func.count()).select_from(Ticket)) == 2


def test_what_came_to_be_there_meanwhile_stops_all_of_it(app: Flask, make: Make, unit: Unit) -> None:
    city, data = make.city(), as_csv([HEAD, row(), row("2025-002")])
    found = imports.look_at(data, by=city, now=NOW)
    file = imports.new(data, found, file_name="x", by=city, now=NOW)
    with writing():
        imports.keep(file, by=db.session.get_one(Person, city.id))
    take_over(make, as_csv([HEAD, row("2025-002")]))

    with pytest.raises(Conflict), writing():
        imports.take_in(db.session.get_one(Import, file.id), found, by=db.session.get_one(Person, city.id), now=NOW)

    assert db.session.scalars(db.select(Ticket.number)).all() == ["2025-002"]
    assert db.session.get_one(Import, file.id).imported_at is None


def test_our_own_numbers_go_on_behind_those_that_were_taken_over(app: Flask, make: Make, unit: Unit) -> None:
    take_over(make, as_csv([HEAD, row("DC-2611-0041"), row("DC-2611-0007"), row("DC-26-1")]))

    assert make.ticket(State.FILED, now=NOW).number == "DC-2611-0042"


@pytest.mark.parametrize("role", ["officer", "inspector", "publisher"])
def test_only_the_city_takes_ledgers_over(app: Flask, make: Make, role: str) -> None:
    with pytest.raises(NotAllowed):
        imports.look_at(as_csv([HEAD, row()]), by=getattr(make, role)(), now=NOW)


def test_our_own_file_is_read_back_cell_by_cell(app: Flask, make: Make, unit: Unit) -> None:
    city = make.city()
    for index, (state, cells) in enumerate(OPENED.items()):
        take_over(make, as_csv([HEAD, row(f"2025-1{index}", 状态=state, **cells)]), city)
    for kind in Kind:
        out, rows = exports.made(Wanted(kind, NOTHING, Order.NEWEST, COLUMNS), by=city, now=NOW)

        found = check(reading.read(out.read()), imports._known(NOW))

        assert (wrongs(found), rows) == ([], len(OPENED))
        assert {ticket.state for ticket in found.tickets} == set(STATES.values())


@pytest.mark.parametrize("state", OPENED)
def test_a_ticket_that_was_taken_over_has_its_page_and_its_line(
    app: Flask, make: Make, browser: Open, unit: Unit, state: str
) -> None:
    take_over(make, as_csv([HEAD, row(状态=state, **OPENED[state])]))
    ticket = db.session.scalars(db.select(Ticket)).one()

    for person in (make.city(), make.officer()):
        page = browser(person).page(f"/desk/tickets/{ticket.id}")
        assert "由旧台账导入，以前的照片不在系统里" in page and "位置只到街道或区" in page
        for url in ("/desk/ledger", "/desk/tickets?view=all"):
            assert "2025-001" in browser(person).page(url)


def test_a_ticket_that_was_taken_over_goes_on_as_any_other(app: Flask, make: Make, unit: Unit) -> None:
    take_over(make, as_csv([HEAD, row(状态="待核查", 结案="")]))
    ticket, judge = db.session.scalars(db.select(Ticket)).one(), make.officer()

    with writing():
        ticket = db.session.get_one(Ticket, ticket.id)
        tickets.pass_recheck(
            ticket, note="旧案，现场已看", evidence=None, by=db.session.get_one(Person, judge.id), now=NOW
        )

    assert ticket.state is State.CLOSED
    assert [event.name for event in lists.history(ticket)] == ["ticket.imported", "ticket.closed"]


def test_an_overdue_one_stands_in_the_weeks_notice_without_pictures(app: Flask, make: Make, unit: Unit) -> None:
    open_since = {
        "状态": "处置中",
        "反馈": "",
        "结案": "",
        "立案": "2026-11-16",
        "派遣": "2026-11-16",
        "签收": "2026-11-16",
    }
    take_over(make, as_csv([HEAD, row(**open_since, 期限="2026-11-18")]))

    week = collect.snapshot(date(2026, 11, 16), date(2026, 11, 22), previous=None, now=NOW)

    assert [(case.number, case.before, case.description) for case in week.overdue] == [("2025-001", (), "")]
    assert [case.number for case in week.cases] == ["2025-001"]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (reading.MOST_UNPACKED_BYTES + 1))
    return out.getvalue()


def lying_bomb() -> bytes:
    """A directory that says 10 bytes where a megabyte comes out."""
    data = bytearray(bomb())
    size = (reading.MOST_UNPACKED_BYTES + 1).to_bytes(4, "little")
    return bytes(data.replace(size, (10).to_bytes(4, "little")))


def repacked(change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx([HEAD, row()]))) as old, zipfile.ZipFile(out, "w") as fresh:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                fresh.writestr(name, content)
        for name, content in (extra or {}).items():
            fresh.writestr(name, content)
    return out.getvalue()


def laughing(name: str, content: bytes) -> bytes:
    """A sheet that declares entities of entities."""
    if not name.endswith("sheet1.xml"):
        return content
    doctype = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    return doctype + content.partition(b"?>")[2] if content.startswith(b"<?xml") else doctype + content


BAD = {
    "nothing": b"",
    "blanks": b"  \n ",
    "a bomb": bomb(),
    "a bomb that lies": lying_bomb(),
    "entities": repacked(laughing),
    "no sheet": repacked(lambda name, content: None if name.endswith("sheet1.xml") else content),
    "cut off": as_xlsx([HEAD, row()])[:-200],
    "a zip of something else": repacked(lambda _name, _content: None, {"a.txt": b"a"}),
    "macros": repacked(lambda _name, content: content, {"xl/vbaProject.bin": b"x"}),
    "an old workbook": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "bytes": bytes(range(256)) * 10,
    "too large": b"a," * reading.MOST_BYTES,
    "too many rows": as_csv([HEAD, *[row(str(number)) for number in range(reading.MOST_ROWS + 1)]]),
    "a cell without end": b'"' + b"a" * 300_000,
    "no heading": as_csv([["a", "b"], ["c", "d"]]),
    "only a heading": as_csv([HEAD]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_file_is_refused_in_words(sqlite_app: Flask, name: str) -> None:
    city = Make(sqlite_app).city()

    with pytest.raises(Invalid) as refused:
        imports.look_at(BAD[name], by=city, now=NOW)

    assert refused.value.field == "file" and "。" in str(refused.value)


def test_pictures_and_broken_files_are_refused_in_words(sqlite_app: Flask) -> None:
    city, files = Make(sqlite_app).city(), [*(Path(__file__).parents[1] / "photos" / "data").rglob("*.*")]

    for file in files:
        with pytest.raises(Invalid):
            imports.look_at(file.read_bytes()[: reading.MOST_BYTES], by=city, now=NOW)


def test_the_page_tells_what_is_wrong_and_takes_over_what_is_right(
    app: Flask, make: Make, browser: Open, unit: Unit
) -> None:
    mine = browser(make.city())

    def sent(*rows: Sequence[Any]) -> Any:
        return mine.send("/desk/ledger/import", {"file": (io.BytesIO(as_csv([HEAD, *rows])), "旧台账.csv")})

    bad = sent(row(), row("2025-002", 类别="飞碟"))
    none = db.session.scalars(db.select(Ticket)).all()
    good = sent(row(), row("2025-002"))
    still_none = db.session.scalars(db.select(Ticket)).all()
    file = db.session.scalars(db.select(Import)).one()
    taken = mine.send(f"/desk/ledger/imports/{file.id}")
    done = mine.page(taken.location)
    again = mine.send(f"/desk/ledger/imports/{file.id}")

    assert bad.status_code == 422 and "有 1 处要改，一件也没有导入" in bad.text and "类别目录里没有“飞碟”。" in bad.text
    assert good.status_code == 200 and "可以导入 2 件" in good.text and "已结案 2 件" in good.text
    assert none == still_none == []
    assert "已导入 2 件" in done and again.location == taken.location
    assert len(db.session.scalars(db.select(Ticket)).all()) == 2
    assert browser(make.city()).send(f"/desk/ledger/imports/{file.id}").status_code == 404
    assert f"这个文件{day_of(now()).month}月{day_of(now()).day}日已经导入过" in sent(row(), row("2025-002")).text


@pytest.mark.parametrize(
    ("given", "words"),
    [({}, "请选旧台账的文件。"), ({"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0"), "x.xlsx")}, "这个文件打不开")],
)
def test_what_is_no_ledger_is_told_on_the_page(
    app: Flask, make: Make, browser: Open, given: dict[str, Any], words: str
) -> None:
    given = {name: (io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0"), file[1]) for name, file in given.items()}

    answer = browser(make.city()).send("/desk/ledger/import", given)

    assert answer.status_code == 422 and words in answer.text
