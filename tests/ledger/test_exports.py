"""导出: what a file holds is what the page with the same filters shows, and no spreadsheet runs anything in it."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.cell.cell import Cell

from inspection.jobs import functions
from inspection.kernel import sheets
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import now
from inspection.kernel.cells import harmless, plain
from inspection.kernel.db import db, writing
from inspection.kernel.queue import Job, work_off
from inspection.kernel.sheets import Kind
from inspection.ledger import exports
from inspection.ledger import service as ledger
from inspection.ledger.columns import BY_CODE, COLUMNS, SHOWN
from inspection.ledger.exports import Wanted
from inspection.ledger.models import Export, Order
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets.filters import NOTHING, Filters
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from inspection.web.tools import tools
from tests.ledger.many import copies
from tests.make import NOW, Make
from tests.web.browser import Browser, work

Open = Callable[..., Browser]
DAY = timedelta(days=1)
EVIL = ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")', "http://example.com", "007"]


def opened_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def opened_xlsx(data: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def written(kind: Kind, rows: Iterator[list[Any]], columns: tuple[Any, ...] = COLUMNS[:1]) -> bytes:
    out = io.BytesIO()
    sheets.write(kind, out, exports.TITLE, columns, rows)
    return out.getvalue()


@pytest.fixture
def tickets(make: Make) -> dict[str, Ticket]:
    officer, unit = make.officer(), make.unit()
    return {
        "late": make.ticket(
            State.HANDLING, officer=officer, unit=unit, now=now() - 30 * DAY, address="=东四北大街 7 号"
        ),
        "closed": make.ticket(State.CLOSED, officer=officer, unit=unit, now=now() - 2 * DAY, category="zombie_car"),
        "new": make.ticket(State.FILED, officer=officer, now=now() - DAY),
    }


@pytest.mark.parametrize("text", EVIL)
def test_a_text_is_written_so_that_nothing_runs_it(text: str) -> None:
    (_, [cell]) = opened_csv(written(Kind.CSV, iter([[text]])))
    book = openpyxl.load_workbook(io.BytesIO(written(Kind.XLSX, iter([[text]]))))
    typed: Cell = book.worksheets[0]["A2"]

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain(cell) == text == plain(harmless(text))
    assert typed.data_type == "s" and typed.hyperlink is None
    assert typed.value == text.replace("\r", "_x000D_")  # as XLSX writes what XML cannot hold


def test_days_and_numbers_keep_their_kind() -> None:
    columns = (BY_CODE["number"], BY_CODE["due"], BY_CODE["round"])
    rows = [["DC-1", date(2026, 11, 23), -2], ["DC-2", None, 0]]

    text = opened_csv(written(Kind.CSV, iter(rows), columns))
    typed = opened_xlsx(written(Kind.XLSX, iter(rows), columns))

    assert text == [["案卷号", "期限", "轮次"], ["DC-1", "2026-11-23", "-2"], ["DC-2", "", "0"]]
    assert typed[1][1].date() == date(2026, 11, 23) and typed[1][2] == -2
    assert typed[2] == ["DC-2", None, 0]


def test_a_sheet_that_is_full_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)

    book = openpyxl.load_workbook(io.BytesIO(written(Kind.XLSX, iter([["a"], ["b"], ["c"]]))))

    assert [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets] == [
        ["案卷号", "a", "b"],
        ["案卷号", "c"],
    ]
    assert book.sheetnames == ["台账", "台账 2"]


def test_without_rows_there_are_still_the_headings() -> None:
    assert opened_xlsx(written(Kind.XLSX, iter([]))) == [["案卷号"]]
    assert opened_csv(written(Kind.CSV, iter([]))) == [["案卷号"]]


QUERIES = ["", "state=handling,filed", "overdue=1", "order=due", "category=zombie_car&order=due", "text=DC"]


@pytest.mark.parametrize("query", QUERIES)
def test_a_file_has_the_rows_of_the_page_in_their_order(
    make: Make, browser: Open, tickets: dict[str, Ticket], query: str
) -> None:
    mine = browser(make.city())
    shown = re.findall(r'<a href="/desk/tickets/[^"]+">([^<]+)</a>', mine.page(f"/desk/ledger?{query}"))

    files = {kind: mine.send(f"/desk/ledger/exports?{query}", {"kind": kind.value}) for kind in Kind}

    assert shown
    assert [row[0] for row in opened_xlsx(files[Kind.XLSX].data)[1:]] == shown
    assert [row[0] for row in opened_csv(files[Kind.CSV].data)[1:]] == shown
    assert opened_csv(files[Kind.CSV].data)[0] == [column.heading for column in SHOWN]
    assert files[Kind.XLSX].headers["Content-Disposition"].startswith("attachment;")


def test_a_file_has_the_chosen_columns_and_what_they_say(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    mine = browser(make.city())
    mine.send("/desk/ledger/columns", {"column": ["number", "place", "state", "filed", "reports"]})

    rows = opened_csv(mine.send("/desk/ledger/exports?overdue=1", {"kind": "csv"}).data)

    filed = tickets["late"].filed_at.astimezone(NOW.tzinfo).date().isoformat()
    assert rows == [
        ["案卷号", "点位", "状态", "立案", "线索"],
        [tickets["late"].number, "'=东四北大街 7 号", "处置中", filed, "1"],
    ]


def test_every_file_is_written_down_with_its_filter_and_rows(
    make: Make, browser: Open, tickets: dict[str, Ticket], events: Callable[..., list[AuditEvent]]
) -> None:
    browser(make.city()).send("/desk/ledger/exports?state=handling,filed", {"kind": "xlsx"})

    [event] = events("ledger.exported")

    assert event.data == '{"filter":"state=filed%2Chandling","kind":"xlsx","rows":2}'
    assert event.object == f"ledger_export:{db.session.scalars(db.select(Export.id)).one()}"


def test_nobody_exports_what_is_not_theirs_to_see(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    handler = make.handler(db.session.get_one(Ticket, tickets["late"].id).unit)

    def numbers(person: Person) -> list[str]:
        answer = browser(person).send("/desk/ledger/exports", {"kind": "csv"})
        return [row[0] for row in opened_csv(answer.data)[1:]]

    assert numbers(handler) == [tickets["closed"].number, tickets["late"].number]
    assert numbers(make.officer("110105")) == []
    assert browser(make.inspector()).send("/desk/ledger/exports", {"kind": "csv"}).status_code == 403


def test_no_identity_is_in_any_column_of_a_file(make: Make, browser: Open) -> None:
    author = make.inspector(name="欧阳兰", phone="13911112222")
    ticket = make.ticket(State.CLOSED, now=now() - DAY)
    report = make.report(author)
    mine = browser(make.city())
    mine.send("/desk/ledger/columns", {"column": list(BY_CODE)})

    rows = opened_csv(mine.send("/desk/ledger/exports", {"kind": "csv"}).data)
    told = " ".join(cell for row in rows for cell in row)

    assert [row[0] for row in rows[1:]] == [ticket.number]
    for secret in (
        "欧阳兰",
        "13911112222",
        "李文",
        report.alias,
        ticket.reports[0].report.alias,
        "9:4",
        "赵刚",
        "陈立",
    ):
        assert secret not in told


def test_a_file_of_neither_kind_is_refused(make: Make, browser: Open) -> None:
    answer = browser(make.city()).send("/desk/ledger/exports", {"kind": "doc"})

    assert answer.status_code == 422 and "Excel 还是 CSV" in answer.text


@pytest.fixture
def large(make: Make) -> Ticket:
    """One more than is written at once."""
    ticket = make.ticket(State.HANDLING, now=now() - 30 * DAY)
    copies(ticket, exports.AT_ONCE)
    return ticket


@pytest.mark.parametrize("kind", Kind)
def test_many_rows_are_written_by_the_worker_and_told_as_they_come(
    make: Make, browser: Open, large: Ticket, events: Callable[..., list[AuditEvent]], kind: Kind
) -> None:
    mine, other = browser(make.city()), browser(make.city())

    sent = mine.send("/desk/ledger/exports?overdue=1", {"kind": kind.value})
    before = mine.page(sent.location)
    early = mine.get(f"{sent.location}/file")
    work()
    after = mine.page(sent.location)
    file = mine.get(f"{sent.location}/file")

    assert sent.status_code == 303
    assert 'http-equiv="refresh"' in before and "正在写，已写 0 行" in before and early.status_code == 404
    assert 'http-equiv="refresh"' not in after and "已写好，共 5,001 行" in after
    rows = opened_csv(file.data) if kind is Kind.CSV else opened_xlsx(file.data)
    city = make.city()
    wanted = [line.ticket.number for line in ledger.stream(city, Filters(overdue=True), Order.NEWEST, now=now())]
    assert [row[0] for row in rows[1:]] == wanted and len(wanted) == exports.AT_ONCE + 1
    assert [other.get(url).status_code for url in (sent.location, f"{sent.location}/file")] == [404, 404]
    assert [event.name for event in events("ledger.")] == ["ledger.export_asked", "ledger.exported"]
    assert '"rows":5001' in events("ledger.exported")[0].data


def asked(person: Person, kind: Kind = Kind.CSV) -> Any:
    with writing():
        owner = db.session.get_one(Person, person.id)
        return exports.ask(Wanted(kind, NOTHING, Order.NEWEST, SHOWN), by=owner, now=now()).id


def test_a_second_run_of_the_job_changes_nothing(
    make: Make, tickets: dict[str, Ticket], events: Callable[..., list[AuditEvent]]
) -> None:
    export_id, kit = asked(make.city()), tools()

    for _ in range(2):
        exports.write_file(export_id, storage=kit.storage, now=now)
        first = db.session.get_one(Export, export_id).finished_at

    assert len(events("ledger.exported")) == 1
    assert db.session.get_one(Export, export_id).finished_at == first


def test_the_job_holds_what_its_owner_may_see_by_then(make: Make, tickets: dict[str, Ticket]) -> None:
    mine, kit = make.city(), tools()
    export_id, left = asked(mine), asked(mine)
    with writing():
        db.session.get_one(Person, mine.id).unit_id = None
        db.session.get_one(Person, mine.id).district_code = "110105"
        db.session.get_one(Person, mine.id).role = Role.DISTRICT

    exports.write_file(export_id, storage=kit.storage, now=now)
    with writing():
        db.session.get_one(Person, mine.id).disabled_at = now()
    exports.write_file(left, storage=kit.storage, now=now)

    assert db.session.get_one(Export, export_id).written == 0
    assert db.session.get_one(Export, left).finished_at is None


def test_progress_is_noted_and_renews_the_lease(sqlite_app: Flask) -> None:
    make = Make(sqlite_app)
    ticket = make.ticket(State.HANDLING, now=now() - 30 * DAY)
    copies(ticket, 2 * exports.STEP)
    export_id = asked(make.city())
    clock = [now()]
    seen: list[tuple[int, Any]] = []

    def ticking() -> Any:
        clock[0] += timedelta(seconds=50)
        row = db.session.execute(db.select(Job.lease_until).where(Job.name == "ledger.export")).scalar()
        seen.append((db.session.scalar(db.select(Export.written).where(Export.id == export_id)) or 0, row))
        return clock[0]

    kit = tools()
    work_off(
        functions(kit),
        lease=timedelta(seconds=120),
        now=ticking,
    )

    leases = [lease for _, lease in seen if lease]
    assert {exports.STEP, 2 * exports.STEP} <= {written for written, _ in seen}
    assert leases == sorted(leases) and leases[-1] > leases[0]
    assert db.session.get_one(Export, export_id).written == 2 * exports.STEP + 1


def test_old_files_are_cleared_away_and_the_page_says_so(make: Make, browser: Open, tickets: dict[str, Ticket]) -> None:
    person, kit = make.city(), tools()
    mine, old = browser(person), asked(person)
    exports.write_file(old, storage=kit.storage, now=now)
    key = db.session.get_one(Export, old).file_key or ""
    with writing():
        db.session.get_one(Export, old).asked_at = now() - exports.KEPT - DAY

    fresh = asked(person)
    work()

    assert not kit.storage.exists(key)
    assert "已经删了，请重新导出" in mine.page(f"/desk/ledger/exports/{old}")
    assert mine.get(f"/desk/ledger/exports/{old}/file").status_code == 404
    assert mine.get(f"/desk/ledger/exports/{fresh}/file").status_code == 200


def test_a_file_that_does_not_come_on_is_told(make: Make, browser: Open) -> None:
    person = make.city()
    export_id = asked(person)
    with writing():
        db.session.get_one(Export, export_id).moved_at = now() - timedelta(hours=1)

    page = browser(person).page(f"/desk/ledger/exports/{export_id}")

    assert "很久没有动静" in page and 'http-equiv="refresh"' not in page
