"""What a plan is to be, and what is wrong with it (方案). Pure: every refusal names its field.

The numbers that the office has not chosen are defaults of ours [D], to be changed in each plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from inspection.kernel.calendar import DAY, at
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people.access import Kind

LONGEST_NAME = 60
MOST_DAYS = 366
"""A plan is a matter of weeks; one that runs for longer than a year is a slip of the pen."""
MOST_QUOTAS, MOST_SITES, MOST_EACH = 400, 5_000, 12
MOST_WINDOWS = 60
REST_DAYS, LEAST_VISITS, LEAD_HOURS, FAR_M = 90, 10, 24, 200
MOST_VISITS, DOUBLE_PERCENT, RELEASE_DAYS, RELEASE_HOUR = 4, 10, 3, 9
BOUNDS = {
    "most_visits": (1, 200),
    "rest_days": (0, 730),
    "double_percent": (0, 100),
    "lead_hours": (0, 14 * 24),
    "far_m": (20, 5_000),
    "release_days": (0, 90),
    "release_hour": (0, 23),
    "least_visits": (1, 1_000),
}
"""The least and the most of each number."""
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class NewQuota:
    """So many sites of a type in a district, each visited so often, by a version of a checklist."""

    district_code: str
    type_code: str
    sites: int
    checklist_version_id: UUID
    visits_each: int = 1


@dataclass(frozen=True)
class NewWindow:
    """Between two days, on these ISO weekdays, between two hours of Beijing."""

    starts_on: date
    ends_on: date
    opens: time
    closes: time
    weekdays: tuple[int, ...] = EVERY_DAY


@dataclass(frozen=True)
class NewPlan:
    """A plan as it is typed in."""

    name: str
    starts_on: date
    ends_on: date
    quotas: Sequence[NewQuota]
    windows: Sequence[NewWindow]
    kinds: Sequence[str] = ()
    trained_only: bool = True
    score_shown: bool = False
    most_visits: int = MOST_VISITS
    rest_days: int = REST_DAYS
    double_percent: int = DOUBLE_PERCENT
    lead_hours: int = LEAD_HOURS
    far_m: int = FAR_M
    release_days: int = RELEASE_DAYS
    release_hour: int = RELEASE_HOUR
    least_visits: int = LEAST_VISITS


def span(window: NewWindow) -> tuple[datetime, datetime] | None:
    """When the window first opens and when it closes for good; None if no day of it is on its weekdays."""
    days = [window.starts_on + DAY * n for n in range((window.ends_on - window.starts_on).days + 1)]
    open_on = [day for day in days if day.isoweekday() in window.weekdays]
    return (at(open_on[0], window.opens), at(open_on[-1], window.closes)) if open_on else None


def require_possible(plan: NewPlan) -> None:
    """Raise Invalid, naming the field, for a plan that cannot be: ``quotas.3.sites`` is of the fourth quota."""
    if not plan.name.strip() or "\x00" in plan.name:
        raise Invalid("name", N_("请给方案起个名字。"))
    if len(plan.name.strip()) > LONGEST_NAME:
        raise Invalid("name", N_("名字最多 %(most)s 个字。"), most=str(LONGEST_NAME))
    if plan.ends_on < plan.starts_on:
        raise Invalid("ends_on", N_("结束日期不能早于开始日期。"))
    if (plan.ends_on - plan.starts_on).days >= MOST_DAYS:
        raise Invalid("ends_on", N_("方案最长 %(most)s 天。"), most=str(MOST_DAYS))
    if len(set(plan.kinds)) != len(plan.kinds) or not {*plan.kinds} <= {kind.value for kind in Kind}:
        raise Invalid("kinds", N_("请选督查员类别。"))
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(plan, name) <= most:
            raise Invalid(name, N_("应在 %(least)s 到 %(most)s 之间。"), least=str(least), most=str(most))
    _require_quotas(plan.quotas)
    _require_windows(plan)


def _require_quotas(quotas: Sequence[NewQuota]) -> None:
    if not 1 <= len(quotas) <= MOST_QUOTAS:
        raise Invalid("quotas", N_("请至少写一行配额，最多 %(most)s 行。"), most=str(MOST_QUOTAS))
    seen: set[tuple[str, str]] = set()
    for row, quota in enumerate(quotas):
        if not 1 <= quota.sites <= MOST_SITES:
            raise Invalid(f"quotas.{row}.sites", N_("点位数应在 1 到 %(most)s 之间。"), most=str(MOST_SITES))
        if not 1 <= quota.visits_each <= MOST_EACH:
            raise Invalid(f"quotas.{row}.visits_each", N_("次数应在 1 到 %(most)s 之间。"), most=str(MOST_EACH))
        if (quota.district_code, quota.type_code) in seen:
            raise Invalid(f"quotas.{row}.type_code", N_("这个区的这类点位前面已经有一行了。"))
        seen.add((quota.district_code, quota.type_code))


def _require_windows(plan: NewPlan) -> None:
    if not 1 <= len(plan.windows) <= MOST_WINDOWS:
        raise Invalid("windows", N_("请至少写一个时段，最多 %(most)s 个。"), most=str(MOST_WINDOWS))
    for row, window in enumerate(plan.windows):
        if not plan.starts_on <= window.starts_on <= plan.ends_on:
            raise Invalid(f"windows.{row}.starts_on", N_("时段应在方案的起止日期以内。"))
        if not window.starts_on <= window.ends_on <= plan.ends_on:
            raise Invalid(f"windows.{row}.ends_on", N_("时段的结束日期不能早于开始日期，也不能晚于方案结束。"))
        if window.closes <= window.opens:
            raise Invalid(f"windows.{row}.closes", N_("结束的钟点应晚于开始的钟点。"))
        if not window.weekdays or not {*window.weekdays} <= {*EVERY_DAY}:
            raise Invalid(f"windows.{row}.weekdays", N_("请选星期几可以去。"))
        if span(window) is None:
            raise Invalid(f"windows.{row}.weekdays", N_("这几天里没有选中的星期几。"))
        if window in plan.windows[:row]:
            raise Invalid(f"windows.{row}.starts_on", N_("这个时段前面已经有了。"))
