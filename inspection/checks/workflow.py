"""Which moves a visit can make, and who may make them (走访的流转). Pure.

Three readings are ours. A question that is not answered lapses: the office may decide with what it has. What was made
in its window and comes in later, from a phone without network, is still handed in. And an acceptance can be taken back
until the plan's findings are released, since nobody has learned of it before then.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspection.kernel.errors import Conflict
from inspection.kernel.phrases import Listing
from inspection.kernel.text import N_
from inspection.people.access import Role


class VisitState(StrEnum):
    """How far a visit has come (走访): it waits, is with the office, and counts or not.

    ``declined``: whoever was drawn cannot go; another visit takes its place. ``asked``: asked back once for named
    items. ``expired``: the window passed. ``withdrawn``: the plan was.
    """

    WAITING = "waiting"
    DECLINED = "declined"
    RECEIVED = "received"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to a visit: 推辞, 交回, 退回补充, 采用, 不采用, 过期, 撤销."""

    DECLINE = "decline"
    HAND_IN = "hand_in"
    ASK = "ask"
    ACCEPT = "accept"
    REJECT = "reject"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Rule:
    """One row of the table; ``who`` is None for what time does."""

    action: Action
    origins: Collection[VisitState]
    to: VisitState
    who: Role | None


WAITING, RECEIVED, ASKED = VisitState.WAITING, VisitState.RECEIVED, VisitState.ASKED

TABLE: tuple[Rule, ...] = (
    Rule(Action.DECLINE, (WAITING,), VisitState.DECLINED, Role.INSPECTOR),
    Rule(Action.HAND_IN, (WAITING, ASKED, VisitState.EXPIRED), RECEIVED, Role.INSPECTOR),
    Rule(Action.ASK, (RECEIVED,), ASKED, Role.CITY),
    Rule(Action.ACCEPT, (RECEIVED, ASKED), VisitState.ACCEPTED, Role.CITY),
    Rule(Action.REJECT, (RECEIVED, ASKED, VisitState.ACCEPTED), VisitState.REJECTED, Role.CITY),
    Rule(Action.EXPIRE, (WAITING,), VisitState.EXPIRED, None),
    Rule(Action.WITHDRAW, (WAITING,), VisitState.WITHDRAWN, Role.CITY),
)

STATE_NAMES: Mapping[VisitState, str] = {
    VisitState.WAITING: N_("待走访"),
    VisitState.DECLINED: N_("已推辞"),
    VisitState.RECEIVED: N_("待审"),
    VisitState.ASKED: N_("退回补充"),
    VisitState.ACCEPTED: N_("已采用"),
    VisitState.REJECTED: N_("不采用"),
    VisitState.EXPIRED: N_("已过期"),
    VisitState.WITHDRAWN: N_("已撤销"),
}
"""The office's words."""

ACTION_NAMES: Mapping[Action, str] = {
    Action.DECLINE: N_("推辞"),
    Action.HAND_IN: N_("交回"),
    Action.ASK: N_("退回补充"),
    Action.ACCEPT: N_("采用"),
    Action.REJECT: N_("不采用"),
    Action.EXPIRE: N_("过期"),
    Action.WITHDRAW: N_("撤销走访"),
}


def move(state: VisitState, action: Action, *, asked: bool = False, released: bool = False) -> VisitState:
    """Where ``action`` leads from ``state``; raises Conflict, naming the moves that are open, where it may not be.

    ``asked``: something was asked back before, which is done once. ``released``: the plan's findings are out.
    """
    for rule in open_moves(state, asked=asked, released=released):
        if rule.action is action:
            return rule.to
    raise _refusal(state, action, asked=asked, released=released)


def open_moves(state: VisitState, *, asked: bool = False, released: bool = False) -> tuple[Rule, ...]:
    """Every rule by which the visit can move now, in the order of a visit's life."""
    return tuple(rule for rule in TABLE if state in rule.origins and _hindrance(rule, state, asked, released) is None)


def _hindrance(rule: Rule, state: VisitState, asked: bool, released: bool) -> str | None:
    """Why a rule is closed although the state would do."""
    if rule.action is Action.ASK and asked:
        return N_("这次走访已经退回补充过一次，不能再退。")
    if rule.action is Action.REJECT and state is VisitState.ACCEPTED and released:
        return N_("这个方案的问题已经公布，采用的走访不能再改。")
    return None


def _refusal(state: VisitState, action: Action, *, asked: bool, released: bool) -> Conflict:
    rules = (rule for rule in TABLE if rule.action is action and state in rule.origins)
    for rule in rules:
        if why := _hindrance(rule, state, asked, released):
            return Conflict(why)
    words = {"state": STATE_NAMES[state], "action": ACTION_NAMES[action]}
    left = [ACTION_NAMES[rule.action] for rule in open_moves(state, asked=asked, released=released) if rule.who]
    if not left:
        return Conflict(N_("走访现在是“%(state)s”，不能%(action)s，也不能再办别的。"), **words)
    told = N_("走访现在是“%(state)s”，不能%(action)s。现在可以：%(moves)s。")
    return Conflict(told, moves=Listing(left), **words)
