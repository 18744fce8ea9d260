"""The chain: an edit, a removal, a reordering and a cut-off end are all found."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from inspection.kernel import audit
from inspection.kernel.audit import AuditEvent
from inspection.kernel.db import db, writing
from tests.make import NOW

TAMPERING = {
    "edit": ("UPDATE audit_event SET data = '{}' WHERE seq = 2", "event 2 was changed"),
    "remove": ("DELETE FROM audit_event WHERE seq = 2", "event 2 is missing"),
    "cut off": ("DELETE FROM audit_event WHERE seq >= 3", "the chain ends at event 2"),
    "reorder": (
        "UPDATE audit_event SET seq = seq + 100 WHERE seq IN (2, 3);"
        "UPDATE audit_event SET seq = 105 - seq WHERE seq > 100",
        "does not follow",
    ),
}


@pytest.fixture
def chain(app: Flask) -> int:
    for number in range(1, 5):
        with writing():
            audit.record("ticket.filed", f"ticket:{number}", by="person:x", at=NOW, number=number)
    return audit.head()[0]


def test_an_untouched_chain_verifies(chain: int) -> None:
    verdict = audit.verify()

    assert (verdict.events, verdict.problems) == (4, ())


def test_each_event_carries_the_hash_of_the_one_before(chain: int) -> None:
    events = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.seq)).all()

    assert [event.previous for event in events] == [audit.BEGINNING, *[event.hash for event in events[:-1]]]


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET data = '{}'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_or_remove_an_event(chain: int, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append"), writing():
        db.session.execute(text(statement))

    assert audit.verify().problems == ()


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_behind_the_triggers_is_found(chain: int, kind: str, without_triggers: Callable[[], None]) -> None:
    statement, finding = TAMPERING[kind]

    without_triggers()
    for part in statement.split(";"):
        with writing():
            db.session.execute(text(part))

    assert any(finding in problem for problem in audit.verify().problems)


def test_a_head_printed_earlier_must_still_be_in_the_chain(chain: int) -> None:
    seq, digest = audit.head()

    assert audit.verify(seen=(seq, digest)).problems == ()
    assert audit.verify(seen=(seq, "f" * 64)).problems != ()
    assert audit.verify(seen=(seq + 1, digest)).problems != ()
    assert audit.verify(seen=(None, digest)).problems == ()
    assert audit.verify(seen=(None, "f" * 64)).problems != ()


def test_an_event_is_lost_with_its_change(app: Flask) -> None:
    with pytest.raises(KeyError), writing():
        audit.record("ticket.filed", "ticket:1", by="person:x", at=NOW)
        raise KeyError
    with writing():
        audit.record("ticket.filed", "ticket:2", by="person:x", at=NOW)

    assert [event.object for event in db.session.scalars(db.select(AuditEvent))] == ["ticket:2"]


@pytest.fixture
def without_triggers(app: Flask) -> Callable[[], None]:
    """What someone with the database's own password could do."""

    def drop() -> None:
        with writing():
            if db.engine.dialect.name == "postgresql":
                db.session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
            else:
                for name in ("audit_event_no_update", "audit_event_no_delete"):
                    db.session.execute(text(f"DROP TRIGGER {name}"))

    return drop
