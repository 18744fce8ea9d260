"""Every move of a visit from every state: what is allowed, and what is refused with what."""

import pytest

from inspection.checks.workflow import ACTION_NAMES, STATE_NAMES, TABLE, Action, VisitState, move, open_moves
from inspection.kernel.errors import Conflict

# fmt: off
TO = {
    #             decline     hand_in     ask      accept      reject      expire     withdraw
    "waiting":   ("declined", "received", None,    None,       None,       "expired", "withdrawn"),
    "declined":  (None,       None,       None,    None,       None,       None,      None),
    "received":  (None,       None,       "asked", "accepted", "rejected", None,      None),
    "asked":     (None,       "received", None,    "accepted", "rejected", None,      None),
    "accepted":  (None,       None,       None,    None,       "rejected", None,      None),
    "rejected":  (None,       None,       None,    None,       None,       None,      None),
    "expired":   (None,       "received", None,    None,       None,       None,      None),
    "withdrawn": (None,       None,       None,    None,       None,       None,      None),
}
# fmt: on
ACTIONS = ("decline", "hand_in", "ask", "accept", "reject", "expire", "withdraw")
CASES = [(state, action, to) for state, row in TO.items() for action, to in zip(ACTIONS, row, strict=True)]


def test_the_table_names_every_state_and_every_action() -> None:
    assert set(TO) == set(VisitState) == set(STATE_NAMES)
    assert set(ACTIONS) == set(Action) == set(ACTION_NAMES) == {rule.action for rule in TABLE}


@pytest.mark.parametrize(("state", "action", "to"), CASES)
def test_each_state_allows_exactly_these_moves(state: str, action: str, to: str | None) -> None:
    if to:
        assert move(VisitState(state), Action(action)) == to
        return

    with pytest.raises(Conflict) as refusal:
        move(VisitState(state), Action(action))

    assert f"“{STATE_NAMES[VisitState(state)]}”" in str(refusal.value)
    assert ACTION_NAMES[Action(action)] in str(refusal.value)


def test_something_is_asked_back_once() -> None:
    with pytest.raises(Conflict, match="已经退回补充过一次"):
        move(VisitState.RECEIVED, Action.ASK, asked=True)

    assert move(VisitState.RECEIVED, Action.ACCEPT, asked=True) is VisitState.ACCEPTED
    assert Action.ASK not in {rule.action for rule in open_moves(VisitState.RECEIVED, asked=True)}


def test_an_acceptance_is_taken_back_until_the_findings_are_out() -> None:
    with pytest.raises(Conflict, match="已经公布"):
        move(VisitState.ACCEPTED, Action.REJECT, released=True)

    assert move(VisitState.RECEIVED, Action.REJECT, released=True) is VisitState.REJECTED


def test_a_refusal_says_what_can_be_done_instead() -> None:
    with pytest.raises(Conflict, match="现在可以：退回补充、采用、不采用"):
        move(VisitState.RECEIVED, Action.DECLINE)
