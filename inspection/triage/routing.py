"""Which unit should put a problem right, how soon, and how urgent it is (派遣建议). Pure.

An administrator's table comes first: category × area × kind of place, and the first line that fits decides. What no
line says stands in the catalogue as editable defaults: the street's own team before the district's department.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

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
class Problem:
    """What the table looks at: the category, where it is, and what kind of place that is."""

    category: str
    district: str
    street: str | None = None
    site_type: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table: what it asks for (None: any), and what it then says (None: as the catalogue)."""

    id: UUID
    category: str | None = None
    district: str | None = None
    street: str | None = None
    site_type: str | None = None
    unit: UUID | None = None
    duty: str | None = None
    limit: Limit | None = None
    severity: str | None = None

    def fits(self, problem: Problem) -> bool:
        """Whether everything that it asks for is so."""
        asked = (
            (self.category, problem.category),
            (self.district, problem.district),
            (self.street, problem.street),
            (self.site_type, problem.site_type),
        )
        return all(wanted is None or wanted == given for wanted, given in asked)


@dataclass(frozen=True)
class Route:
    """Whose duty it is, in the order to look, the deadline, and the line that fired (None: the catalogue)."""

    duties: tuple[str, ...]
    limit: Limit
    severity: str
    unit: UUID | None = None
    line: UUID | None = None


def route(rule: Rule, problem: Problem | None = None, table: Iterable[Line] = ()) -> Route:
    """The route for a problem: by the table's first line that fits, else by the catalogue."""
    usual = tuple(duty for duty in (rule.handler_street, rule.handler_department) if duty)
    limit = Limit(rule.limit_amount, Unit(rule.limit_unit))
    line = next((one for one in table if problem is not None and one.fits(problem)), None)
    if line is None:
        return Route(usual, limit, rule.severity)
    return Route(
        duties=(line.duty,) if line.duty else usual,
        limit=line.limit or limit,
        severity=line.severity or rule.severity,
        unit=line.unit,
        line=line.id,
    )


def never_reached(table: Iterable[Line]) -> dict[UUID, UUID]:
    """The lines that can never fire, each with the earlier one that takes everything that it asks for."""
    hidden: dict[UUID, UUID] = {}
    earlier: list[Line] = []
    for line in table:
        for other in earlier:
            if _covers(other, line):
                hidden[line.id] = other.id
                break
        earlier.append(line)
    return hidden


def positions_disagree(distance_m: float, accuracy_m: float | None) -> bool:
    """Whether the phone's and the picture's position are farther apart than they may be."""
    return distance_m > max(FAR_M, 2 * (accuracy_m or 0.0))


def _covers(wide: Line, narrow: Line) -> bool:
    pairs = (
        (wide.category, narrow.category),
        (wide.district, narrow.district),
        (wide.street, narrow.street),
        (wide.site_type, narrow.site_type),
    )
    return all(asked is None or asked == given for asked, given in pairs)
