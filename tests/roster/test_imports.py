"""A list of inspectors is looked at, told off row by row, and taken in whole or not at all; and goes out again."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.sheets import Kind as FileKind
from inspection.people import passwords, service
from inspection.people.access import Kind, Role
from inspection.people.models import Person, Profile
from inspection.roster import files, imports, lists
from inspection.roster.lists import NOTHING, Filters
from inspection.roster.models import RosterImport
from tests.make import NOW, Make, quick_hashing
from tests.roster.rows import row, table, workbook

Events = Callable[..., list[AuditEvent]]
TODAY = NOW.date()
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMIN, name="林一凡")


def told(data: bytes, by: Person) -> list[tuple[int, str, str]]:
    return [(one.row, one.heading, str(one.why)) for one in imports.look_at(data, by=by).checked.wrong]


def looked_at(data: bytes, by: Person) -> RosterImport:
    plan = imports.look_at(data, by=by)
    assert plan.checked.wrong == ()
    file = imports.new(data, plan, file_name="花名册.csv", by=by, now=NOW)
    with writing():
        imports.keep(file, by=db.session.get_one(Person, by.id))
    return file


def take_in(data: bytes, by: Person, file: RosterImport | None = None) -> RosterImport:
    file_id = (file or looked_at(data, by)).id
    with quick_hashing():
        secret = imports.nobodys_password()
    with writing():
        admin = db.session.get_one(Person, by.id)
        kept = imports.visible(admin, file_id)
        checked = imports.look_at(data, by=admin).checked
        imports.take_in(kept, checked, password_hash=secret, by=admin, now=LATER)
    return db.session.get_one(RosterImport, file_id)


def test_a_whole_row_is_taken_over_word_for_word(make: Make, admin: Person) -> None:
    unit = make.unit()
    data = workbook(
        row(
            1,
            name="李文",
            phone=13900000101,
            kind="离退休老干部",
            district="东城区",
            street="东四街道",
            employer="市园林局",
            employer_district="东城",
            unit=unit.name,
            most_visits=4,
            away_from=date(2026, 12, 1),
            away_until="2026年12月9日",
            note="下午方便",
        )
    )

    take_in(data, admin)

    person = service.by_phone("13900000101")
    profile = db.session.get_one(Profile, person.id)
    assert (person.name, person.role, person.kind) == ("李文", Role.INSPECTOR, Kind.VETERAN)
    assert (person.district_code, profile.home_street_code) == ("110101", "110101006")
    assert (profile.employer, profile.employer_district_code, profile.employer_unit_id) == (
        "市园林局",
        "110101",
        unit.id,
    )
    assert (profile.most_visits, profile.note) == (4, "下午方便")
    assert (profile.away_from, profile.away_until) == (date(2026, 12, 1), date(2026, 12, 9))


@pytest.mark.parametrize(
    ("wrong", "heading", "why"),
    [
        ({"name": ""}, "姓名", "不能空着"),
        ({"name": "（示例，请删掉）李文"}, "姓名", "示例"),
        ({"phone": "12345"}, "手机号", "11 位"),
        ({"phone": "=1+1"}, "手机号", "公式"),
        ({"kind": "志愿者"}, "类别", "四种之一"),
        ({"district": "火星区"}, "居住区", "没有“火星区”这个区"),
        ({"district": "东城区", "street": "中关村街道"}, "居住街道（乡镇）", "这个区没有“中关村街道”"),
        ({"street": "东四街道"}, "居住街道（乡镇）", "也要写居住区"),
        ({"employer_district": "东城区", "unit": "没有的局"}, "单位就是承办单位的，写它的名称", "这个区没有单位"),
        ({"unit": "没有的局"}, "单位就是承办单位的，写它的名称", "也要写单位所在区"),
        ({"most_visits": "很多"}, "最多同时几处暗访", "0 到 60"),
        ({"most_visits": 61}, "最多同时几处暗访", "0 到 60"),
        ({"away_from": "下周"}, "请假从", "日期"),
        ({"away_from": "2026-13-40"}, "请假从", "日期"),
        ({"away_from": "2026-12-09", "away_until": "2026-12-01"}, "请假到", "早于"),
        ({"employer": "局" * 61}, "工作单位", "太长"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_heading_and_nothing_is_taken(
    make: Make, admin: Person, wrong: dict[str, Any], heading: str, why: str
) -> None:
    problems = told(table(row(1), row(2, **wrong)), admin)

    assert [(number, name) for number, name, _ in problems] == [(3, heading)]
    assert why in problems[0][2]
    assert lists.number(NOTHING, by=admin, today=TODAY) == 0


def test_a_number_twice_a_member_of_staff_and_one_who_has_left_are_refused(make: Make, admin: Person) -> None:
    staff, gone = make.officer(), make.inspector(name="杜若")
    with writing():
        service.disable(db.session.get_one(Person, gone.id), by="test", now=NOW)

    problems = told(table(row(1), row(1), row(3, phone=staff.phone), row(4, phone=gone.phone)), admin)

    assert [number for number, *_ in problems] == [3, 4, 5]
    assert "第 2 行" in problems[0][2] and "工作人员" in problems[1][2] and "离队" in problems[2][2]


def test_a_known_number_changes_that_inspector_and_columns_that_are_not_there_stay(make: Make, admin: Person) -> None:
    person = make.inspector(name="李文", phone="13900000150", district_code="110108")
    take_in(table(row(1, name="李文", phone=person.phone, kind="离退休老干部", employer="市园林局", note="甲")), admin)

    plan = imports.look_at(table(row(1, name="李文斌", phone="139 0000-0150", kind="离退休老干部", note="")), by=admin)
    assert [step.values for step in plan.changed] == [{"name": "李文斌", "note": ""}]
    take_in(table(row(1, name="李文斌", phone="139 0000-0150", kind="离退休老干部", note="")), admin)

    db.session.expire_all()
    profile = db.session.get_one(Profile, person.id)
    assert db.session.get_one(Person, person.id).name == "李文斌"
    assert (person.district_code, profile.employer, profile.note) == ("110108", "市园林局", "")


def test_the_same_file_again_changes_nothing(make: Make, admin: Person) -> None:
    data = table(row(1, district="东城区", street="东四街道", most_visits=3), row(2))
    take_in(data, admin)

    plan = imports.look_at(data, by=admin)

    assert (plan.fresh, plan.changed) == ([], [])


def test_what_changed_since_it_was_looked_at_is_not_overwritten(make: Make, admin: Person) -> None:
    data = table(row(1), row(2))
    file = looked_at(data, admin)
    make.inspector(phone="13900000101")

    with pytest.raises(Conflict):
        take_in(data, admin, file)

    assert lists.number(NOTHING, by=admin, today=TODAY) == 1


def test_a_file_is_taken_in_once_and_by_whoever_handed_it_in(make: Make, admin: Person) -> None:
    data = table(row(1))
    file = take_in(data, admin)

    with pytest.raises(Conflict):
        take_in(data, admin, file)
    with pytest.raises(NotFound):
        imports.visible(make.person(Role.ADMIN), file.id)


def test_nobody_can_sign_in_by_a_password_and_those_who_are_new_are_found_again(make: Make, admin: Person) -> None:
    make.inspector(name="老人")

    file = take_in(table(row(1), row(2)), admin)

    found = lists.page(Filters(batch=str(file.id)), by=admin, today=TODAY, limit=9)
    assert {person.name for person, _profile in found} == {"新人01", "新人02"}
    assert not any(
        passwords.matches(guess, found[0][0].password_hash) for guess in ("", "13900000101", "xingjian-2026")
    )


def test_the_chain_holds_no_name_no_number_and_no_address(make: Make, admin: Person, events: Events) -> None:
    person = make.inspector(name="李文", phone="13900000150")
    before = len(events())
    take_in(table(row(1, district="东城区", employer="秘密局"), row(2, phone=person.phone, employer="别的局")), admin)

    new = events()[before:]

    assert [event.name for event in new] == [
        "roster.import_looked_at",
        "roster.imported",
        "person.added",
        "person.profile_changed",
    ]
    written = " ".join(event.data for event in new)
    assert not any(secret in written for secret in ("新人", "李文", "139", "秘密", "别的", "110101"))
    assert json.loads(new[3].data)["fields"] == ["employer", "kind", "name"]


def test_ten_thousand_rows_and_a_foreign_file_are_refused_before_anything_else(make: Make, admin: Person) -> None:
    many = table(*[{"name": "人", "phone": f"{13900000000 + number}", "kind": "热心市民"} for number in range(2_001)])

    for data in (many, b"PK\x03\x04nonsense", "姓名,电话\n李文,1".encode()):
        with pytest.raises(Invalid) as refused:
            imports.look_at(data, by=admin)
        assert refused.value.field == "file"


def test_only_who_manages_people_imports(make: Make) -> None:
    with pytest.raises(NotAllowed):
        imports.look_at(table(row(1)), by=make.city())


def test_what_goes_out_comes_back_unchanged(make: Make, admin: Person) -> None:
    unit = make.unit()
    take_in(
        table(
            row(1, district="东城区", street="东四街道", employer_district="东城区", unit=unit.name, most_visits=0),
            row(2, employer="＝甲局", away_from="2026-12-01", note="-甲"),
        ),
        admin,
    )

    for kind in FileKind:
        content, rows = files.made(kind, NOTHING, by=admin, today=TODAY)
        plan = imports.look_at(content.read(), by=admin)
        assert rows == 2 and plan.checked.wrong == () and plan.fresh == [] and plan.changed == []


def test_exported_cells_are_harmless_and_strings_are_strings(make: Make, admin: Person) -> None:
    make.inspector(name="=cmd|' /C calc'!A0", phone="13900000150")

    text = files.made(FileKind.CSV, NOTHING, by=admin, today=TODAY)[0].read().decode("utf-8-sig")
    book = openpyxl.load_workbook(files.made(FileKind.XLSX, NOTHING, by=admin, today=TODAY)[0])

    [_head, cells] = csv.reader(io.StringIO(text))
    assert not cells[0].startswith("=")
    assert [cell.data_type for cell in book.active[2][:3]] == ["s", "s", "s"]


def test_the_template_is_read_and_its_example_is_told_off(make: Make, admin: Person) -> None:
    data = files.template().read()

    assert [(number, heading) for number, heading, _why in told(data, admin)] == [(2, "姓名")]


def test_the_export_is_written_down_without_the_words_that_were_looked_for(
    make: Make, admin: Person, events: Events
) -> None:
    with writing():
        by = db.session.get_one(Person, admin.id)
        files.note_made(FileKind.CSV, Filters(words="李文", kind="veteran"), 3, by=by, now=NOW)

    [event] = events("roster.exported")
    assert json.loads(event.data) == {"kind": "csv", "rows": 3, "filter": {"kind": "veteran"}}
