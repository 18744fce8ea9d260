"""Opening and closing accounts at the command line."""

import re

import pytest
from sqlalchemy import select

from inspection.kernel.db import db
from inspection.people import passwords
from inspection.people.access import Kind, Role
from inspection.people.models import Person, Unit

INSPECTOR = ["--name", "李文", "--phone", "13911110001", "--role", "inspector", "--kind", "veteran"]


def person(phone: str = "13911110001") -> Person:
    return db.session.scalars(select(Person).where(Person.phone == phone)).one()


def test_a_new_account_gets_a_password_that_is_shown_once_and_works(run, events):
    done = run("person", "add", *INSPECTOR)

    assert done.exit_code == 0, done.output
    shown = re.search(r"密码（只显示这一次）：(\S+)", done.output)
    assert shown and passwords.matches(shown[1], person().password_hash)
    assert (person().role, person().kind) == (Role.INSPECTOR, Kind.VETERAN)
    assert [(event.name, event.actor) for event in events("person.")] == [("person.added", "cli")]


def test_two_generated_passwords_differ(run):
    first = run("person", "add", *INSPECTOR).output.splitlines()[-1]
    second = run("person", "add", *INSPECTOR[:3], "13911110002", *INSPECTOR[4:]).output.splitlines()[-1]

    assert first != second


def test_a_typed_password_is_asked_for_twice_and_never_shown(run):
    done = run("person", "add", *INSPECTOR, "--password", typed="wenming-2026\nwenming-2026\n")

    assert done.exit_code == 0, done.output
    assert passwords.matches("wenming-2026", person().password_hash)
    assert "wenming-2026" not in done.output


@pytest.mark.parametrize("named", ["东城区", "110101"])
def test_a_district_officer_is_placed_by_name_or_code(run, named):
    done = run("person", "add", "--name", "陈立", "--phone", "13911110001", "--role", "district", "--district", named)

    assert done.exit_code == 0, done.output
    assert person().district_code == "110101"


def test_a_handler_joins_a_unit_that_was_entered_before(run):
    entered = run("unit", "add", "--name", "东四街道城管队", "--duty", "综合行政执法队", "--district", "东城区")

    done = run(
        "person", "add", "--name", "赵刚", "--phone", "13911110001", "--role", "handler", "--unit", "东四街道城管队"
    )

    assert (entered.exit_code, done.exit_code) == (0, 0), done.output
    assert person().unit == db.session.scalars(select(Unit)).one()


def test_a_unit_name_that_two_districts_share_needs_the_district(run):
    for district in ("东城区", "西城区"):
        run("unit", "add", "--name", "园林队", "--duty", "园林绿化", "--district", district)
    handler = ["person", "add", "--name", "赵刚", "--phone", "13911110001", "--role", "handler", "--unit", "园林队"]

    unclear, clear = run(*handler), run(*handler, "--district", "西城区")

    assert unclear.exit_code == 1 and "哪个区" in unclear.output
    assert clear.exit_code == 0 and person().district_code == "110102"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--phone", "12345", "--role", "admin"], "手机号应为 11 位数字。\n"),
        (["--phone", "13911110001", "--role", "inspector"], "督查员要写明类别"),
        (["--phone", "13911110001", "--role", "district", "--district", "天津"], "没有叫“天津”的区或街道。\n"),
        (["--phone", "13911110001", "--role", "handler", "--unit", "没有的队"], "没有这个单位。\n"),
    ],
    ids=["phone", "kind", "district", "unit"],
)
def test_what_is_refused_is_told_as_a_sentence_and_nothing_is_kept(run, words, reason):
    done = run("person", "add", "--name", "某人", *words)

    assert done.exit_code == 1
    assert done.output.startswith(reason)
    assert db.session.scalars(select(Person)).all() == []


def test_an_address_for_mail_is_kept_and_taken_away(run, make, events):
    phone = make.officer().phone

    kept = run("person", "email", "--phone", phone, "--address", "chen@example.cn")
    known = person(phone).email
    gone = run("person", "email", "--phone", phone)

    assert (kept.exit_code, known) == (0, "chen@example.cn"), kept.output
    assert (gone.exit_code, person(phone).email) == (0, None)
    assert [event.actor for event in events("person.email_set")] == ["cli", "cli"]


def test_a_handler_is_made_the_head_of_their_unit_and_nobody_else_is(run, make, events):
    phone = make.handler(make.unit()).phone

    made = run("person", "chief", "--phone", phone)
    was = person(phone).chief
    run("person", "chief", "--phone", phone, "--no")
    refused = run("person", "chief", "--phone", make.officer().phone)

    assert (made.exit_code, was, person(phone).chief) == (0, True, False), made.output
    assert refused.exit_code == 1 and refused.output == "只有承办人能当单位负责人。\n"
    assert len(events("person.chief_set")) == 2


def test_a_disabled_account_is_closed_and_the_chain_says_so(run, make, events):
    phone = make.inspector().phone

    done = run("person", "disable", "--phone", phone)

    assert done.exit_code == 0, done.output
    assert person(phone).disabled_at is not None
    assert events("person.disabled")[0].actor == "cli"
