"""Keys for programs: shown once, listed by their first letters, revoked by them."""

import pytest
from sqlalchemy import select

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people import tokens
from inspection.people.models import ApiToken


@pytest.fixture
def phone(make) -> str:
    return make.inspector().phone


def test_a_new_key_is_printed_alone_and_works_for_its_person(run, phone):
    done = run("token", "create", "--phone", phone, "--scope", "reports:write", "--days", "7", "--label", "导入程序")

    assert done.exit_code == 0, done.output
    kept = tokens.find(done.stdout.strip(), now=now())
    assert kept and (kept.person.phone, kept.scopes, kept.label) == (phone, "reports:write", "导入程序")
    assert 6 <= (kept.expires_at - now()).days <= 7


def test_the_key_itself_is_nowhere_in_the_database(run, phone):
    secret = run("token", "create", "--phone", phone, "--scope", "reports:read").stdout.strip().split("_", 2)[2]

    row = db.session.scalars(select(ApiToken)).one()

    assert all(secret not in str(value) for value in vars(row).values())


def test_a_listed_key_is_revoked_by_its_first_letters_and_then_gone(run, phone):
    text = run("token", "create", "--phone", phone, "--scope", "reports:read", "--label", "旧程序").stdout.strip()
    listed = run("token", "list", "--phone", phone).stdout.split()[0]

    done = run("token", "revoke", listed)

    assert done.exit_code == 0, done.output
    assert tokens.find(text, now=now()) is None
    assert run("token", "list", "--phone", phone).stdout == ""
    assert run("token", "revoke", listed).exit_code == 1


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["--phone", "13900000000", "--scope", "reports:read"], 1, "没有这个手机号的账号。"),
        (["--phone", "13900000000", "--scope", "everything"], 2, "everything"),
    ],
    ids=["nobody", "unknown scope"],
)
def test_a_key_that_cannot_be_made_is_refused(run, words, code, reason):
    done = run("token", "create", *words)

    assert done.exit_code == code
    assert reason in done.output
    assert db.session.scalars(select(ApiToken)).all() == []
