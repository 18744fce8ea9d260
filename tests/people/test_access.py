"""Who may do what to whose: the whole table, typed out by hand from the rules."""

import pytest

from inspection.kernel.errors import NotAllowed
from inspection.people import access
from inspection.people.access import ROLE_NAMES, Right, Role

ROLES = ("inspector", "handler", "district", "city", "publisher", "auditor", "admin")

# fmt: off
TABLE = {
    #                   inspector handler  district    city   publisher auditor  admin
    "report.send":     ("own",    None,    None,       None,  None,     None,    None),
    "report.read":     ("own",    None,    "district", "all", None,     "all",   None),
    "report.triage":   (None,     None,    "district", "all", None,     None,    None),
    "ticket.read":     (None,     "unit",  "district", "all", None,     "all",   None),
    "ticket.dispatch": (None,     None,    "district", "all", None,     None,    None),
    "ticket.handle":   (None,     "unit",  None,       None,  None,     None,    None),
    "ticket.recheck":  (None,     None,    "district", "all", None,     None,    None),
    "ticket.decide":   (None,     None,    "district", "all", None,     None,    None),
    "ticket.call_in":  (None,     "unit",  "district", "all", None,     None,    None),
    "task.ask":        (None,     None,    None,       "all", None,     None,    None),
    "feedback.read":   (None,     None,    None,       "all", None,     None,    None),
    "notice.read":     (None,     None,    "all",      "all", "all",    "all",   None),
    "notice.draft":    (None,     None,    None,       "all", None,     None,    None),
    "notice.sign":     (None,     None,    None,       None,  "all",    None,    None),
    "audit.verify":    (None,     None,    None,       None,  None,     "all",   None),
    "people.manage":   (None,     None,    None,       None,  None,     None,    "all"),
    "calendar.read":   (None,     None,    None,       "all", None,     None,    "all"),
    "calendar.edit":   (None,     None,    None,       None,  None,     None,    "all"),
    "outbox.watch":    (None,     None,    None,       "all", None,     None,    None),
    "outbox.import":   (None,     None,    None,       "all", None,     None,    None),
    "ticket.comment":  (None,     "unit",  "district", "all", None,     None,    None),
    "reporter.tell":   (None,     None,    "district", "all", None,     None,    None),
    "reporter.ask":    (None,     None,    "district", "all", None,     None,    None),
    "routing.read":    (None,     None,    "all",      "all", None,     "all",   "all"),
    "routing.edit":    (None,     None,    None,       None,  None,     None,    "all"),
    "catalogue.edit":  (None,     None,    None,       None,  None,     None,    "all"),
    "sampling.read":   (None,     None,    None,       "all", None,     "all",   "all"),
    "sampling.edit":   (None,     None,    None,       None,  None,     None,    "all"),
    "ledger.import":   (None,     None,    None,       "all", None,     None,    None),
    "visit.review":    (None,     None,    None,       "all", None,     None,    None),
    "messages.read":   (None,     "own",   "own",      "own", "own",    "own",   "own"),
    "reminders.set":   (None,     None,    None,       None,  None,     None,    "all"),
    "site.read":       (None,     None,    "district", "all", None,     "all",   None),
    "site.edit":       (None,     None,    "district", "all", None,     None,    None),
    "plan.read":       (None,     None,    None,       "all", None,     "all",   None),
    "plan.manage":     (None,     None,    None,       "all", None,     None,    None),
    "checklist.read":  (None,     None,    None,       "all", None,     "all",   None),
    "checklist.edit":  (None,     None,    None,       "all", None,     None,    None),
    "lesson.take":     ("own",    None,    None,       None,  None,     None,    None),
    "lesson.edit":     (None,     None,    None,       "all", None,     None,    "all"),
    "roster.count":    (None,     None,    None,       "all", None,     None,    "all"),
    "identity.open":   (None,     None,    None,       "all", None,     None,    None),
}
# fmt: on

CASES = [(right, role, whose) for right, row in TABLE.items() for role, whose in zip(ROLES, row, strict=True)]


def test_the_table_names_every_right_and_every_role() -> None:
    assert set(TABLE) == {right.value for right in Right}
    assert tuple(role.value for role in Role) == ROLES
    assert set(access.RIGHTS) == set(Right)


@pytest.mark.parametrize(("right", "role", "whose"), CASES)
def test_each_role_has_exactly_these_rights(right: str, role: str, whose: str | None) -> None:
    assert access.scope(Role(role), Right(right)) == whose


@pytest.mark.parametrize(("right", "role", "whose"), CASES)
def test_what_is_not_in_the_table_is_refused_and_says_who_may(right: str, role: str, whose: str | None) -> None:
    if whose:
        assert access.require(Role(role), Right(right)) == whose
        return

    with pytest.raises(NotAllowed) as refusal:
        access.require(Role(role), Right(right))

    may = [ROLE_NAMES[Role(other)] for other, reach in zip(ROLES, TABLE[right], strict=True) if reach]
    assert list(refusal.value.params["roles"]) == may
