"""Units beside the lead (协办, 吹哨报到): who may call one in, how far it has come, and when it is late. Pure.

domain.md §3: a ticket has one lead unit and may have assisting units (the street calls, departments come), each with
its own answer; only the lead's answer moves the ticket. So nothing here knows a ticket's moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inspection.kernel.text import N_
from inspection.people.access import Role

OFFICES = (Role.DISTRICT, Role.CITY)


class Stage(StrEnum):
    """How far an assisting unit has come. UNANSWERED: the ticket is closed or void, and it never answered."""

    CALLED = "called"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


STAGE_NAMES: Mapping[Stage, str] = {
    Stage.CALLED: N_("待签收"),
    Stage.ACCEPTED: N_("协办中"),
    Stage.ANSWERED: N_("已答复"),
    Stage.WITHDRAWN: N_("已撤回"),
    Stage.UNANSWERED: N_("没有答复"),
}
WAITING = (Stage.CALLED, Stage.ACCEPTED)
"""The stages in which the unit still has something to do."""


@dataclass(frozen=True)
class Standing:
    """Who someone is to a ticket: their role, whether they work for its lead unit, and whether that is a street's."""

    role: Role
    leads: bool = False
    street: bool = False


def stage(*, accepted: bool, answered: bool, withdrawn: bool, over: bool) -> Stage:
    """How far it has come; ``over`` says that the ticket is closed or void."""
    if withdrawn:
        return Stage.WITHDRAWN
    if answered:
        return Stage.ANSWERED
    if over:
        return Stage.UNANSWERED
    return Stage.ACCEPTED if accepted else Stage.CALLED


def may_call(who: Standing) -> bool:
    """Whether someone may call units in: the offices, and the street that leads (街乡吹哨)."""
    return who.role in OFFICES or (who.role is Role.HANDLER and who.leads and who.street)


def may_withdraw(who: Standing, *, called_by_lead: bool) -> bool:
    """Whether someone may take a call back: the offices any, the street that leads only its own."""
    return may_call(who) and (who.role in OFFICES or called_by_lead)


def late(due_at: datetime, at: datetime, stopped_at: datetime | None = None) -> bool:
    """Whether its time is over at a moment, that of its answer or now; a clock that stands still was late or was not
    when it stopped.
    """
    return (stopped_at or at) > due_at
