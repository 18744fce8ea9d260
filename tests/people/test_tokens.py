"""Keys for programs: shown once, kept as a hash, scoped, and ending."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid
from inspection.people import service, tokens
from inspection.people.models import ApiToken, Person
from tests.make import NOW, Make

DAY = timedelta(days=1)


def create(person: Person, *scopes: str, valid: timedelta = 30 * DAY) -> str:
    with writing():
        person = db.session.get_one(Person, person.id)
        return tokens.create(person, scopes=scopes, label="程序", valid=valid, by=person, now=NOW)


def test_a_key_has_a_mark_a_prefix_and_a_secret_that_is_not_kept(make: Make) -> None:
    text = create(make.inspector(), "reports:read")

    mark, prefix, secret = text.split("_", 2)
    kept = db.session.scalars(db.select(ApiToken)).one()
    values = [str(getattr(kept, column.key)) for column in inspect(ApiToken).column_attrs]
    assert (mark, prefix, len(prefix)) == ("mc", kept.prefix, 12)
    assert len(secret) >= 43
    assert not any(secret in value for value in values)


def test_a_key_is_found_with_its_person_and_scopes(make: Make) -> None:
    person = make.inspector()

    found = tokens.find(create(person, "reports:write", "reports:read", "reports:read"), now=NOW)

    assert found is not None
    assert found.person.id == person.id
    assert found.scopes == "reports:read reports:write"


def test_a_wrong_key_is_not_found(make: Make) -> None:
    text = create(make.inspector(), "reports:read")
    _mark, prefix, secret = text.split("_", 2)
    last = "A" if secret[-1] != "A" else "B"

    wrong = [
        "",
        "mc",
        f"mc_{prefix}",
        f"mc_{prefix}_",
        f"mc_{prefix}_{secret[:-1]}{last}",
        f"mc_{'0' * 12}_{secret}",
        f"xx_{prefix}_{secret}",
        secret,
    ]

    assert [tokens.find(given, now=NOW) for given in wrong] == [None] * len(wrong)


def test_a_key_ends_on_its_day(make: Make) -> None:
    text = create(make.inspector(), "reports:read", valid=7 * DAY)

    assert tokens.find(text, now=NOW + 7 * DAY - timedelta(seconds=1)) is not None
    assert tokens.find(text, now=NOW + 7 * DAY) is None


def test_a_revoked_key_is_worth_nothing_and_the_others_are(make: Make) -> None:
    person = make.inspector()
    first, second = create(person, "reports:read"), create(person, "reports:read")

    with writing():
        found = tokens.find(first, now=NOW)
        assert found
        tokens.revoke(found, by="test", now=NOW)

    assert tokens.find(first, now=NOW) is None
    assert tokens.find(second, now=NOW) is not None


def test_a_key_of_a_closed_account_is_worth_nothing(make: Make) -> None:
    person = make.inspector()
    text = create(person, "reports:read")

    with writing():
        service.disable(db.session.get_one(Person, person.id), by="test", now=NOW)

    assert tokens.find(text, now=NOW) is None


@pytest.mark.parametrize("scopes", [(), ("everything",), ("reports:read", "tickets:write")])
def test_an_unknown_scope_is_refused(make: Make, scopes: tuple[str, ...]) -> None:
    person = make.inspector()

    with pytest.raises(Invalid) as refusal:
        create(person, *scopes)

    assert refusal.value.field == "scopes"


def test_use_is_written_down_now_and_then(make: Make) -> None:
    text = create(make.inspector(), "reports:read")
    found = tokens.find(text, now=NOW)
    assert found
    assert tokens.needs_touch(found, NOW)

    with writing():
        tokens.touch(found.id, NOW)

    found = tokens.find(text, now=NOW)
    assert found and found.used_at == NOW
    assert not tokens.needs_touch(found, NOW + timedelta(minutes=10))
    assert tokens.needs_touch(found, NOW + timedelta(minutes=11))
