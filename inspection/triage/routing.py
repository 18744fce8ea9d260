"""Which unit should put a problem right, how soon, and how urgent it is (派遣建议). Pure.

The street's own team comes first, then the district's department; both names, the limit and the severity stand in the
catalogue as editable defaults.
"""

from dataclasses import dataclass

from inspection.tickets.deadlines import Limit, Unit

FAR_M = 50.0
"""A difference between two positions of one photo is noted from here on, beyond both accuracies."""


@dataclass(frozen=True)
class Rule:
    """What the catalogue says about a category."""

    handler_street: str | None
    handler_department: str | None
    limit_amount: int
    limit_unit: str
    severity: str


@dataclass(frozen=True)
class Route:
    """Whose duty it is, in the order to look, and the deadline."""

    duties: tuple[str, ...]
    limit: Limit
    severity: str


def route(rule: Rule) -> Route:
    """The route for a category's problem."""
    duties = tuple(duty for duty in (rule.handler_street, rule.handler_department) if duty)
    return Route(duties, Limit(rule.limit_amount, Unit(rule.limit_unit)), rule.severity)


def positions_disagree(distance_m: float, accuracy_m: float | None) -> bool:
    """Whether the phone's and the picture's position are farther apart than they may be."""
    return distance_m > max(FAR_M, 2 * (accuracy_m or 0.0))
