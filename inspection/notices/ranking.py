"""The notice's two tables: what is overdue, and how the districts stand, with the numbers behind a rate. Pure."""

from inspection.notices.content import Block, Column, Paragraph, Table, day
from inspection.notices.snapshot import Case, District, Snapshot

NARROW = 0.7
"""A column of small numbers beside one of four signs."""


def late_table(week: Snapshot) -> Table:
    """Every overdue case: number, district, place, problem, day due, days late, remarks; the latest in time first."""
    names = {district.code: district.name for district in week.districts}
    order = {district.code: place for place, district in enumerate(week.districts)}
    cases = sorted(week.overdue, key=lambda case: (-case.days_late, order[case.district_code], case.number))
    return Table(
        title="超期未整改问题清单",
        columns=(
            Column("工单号", 0.17),
            Column("区", 0.11),
            Column("地点", 0.26),
            Column("问题", 0.13),
            Column("到期", 0.12),
            Column("超期天数", 0.11, number=True),
            Column("备注", 0.10),
        ),
        rows=tuple(_late_row(case, names[case.district_code]) for case in cases),
    )


def standing(week: Snapshot) -> list[Block]:
    """How the districts stand by 按期率 (按期处置率: handled in time / due): table, and who is not ranked and why.

    Equal rates share a place. A district with fewer than ``least_to_rank`` due cases is listed and not ranked.
    Nothing at all if nothing was due.
    """
    due = [district for district in week.districts if district.due]
    if not due:
        return []
    enough = sorted((d for d in due if d.due >= week.least_to_rank), key=_rate, reverse=True)
    few = [district for district in due if district.due < week.least_to_rank]
    rows = [(_rank(district, enough), district) for district in enough] + [("—", district) for district in few]
    return [
        Paragraph(_explained(week, few)),
        Table("各区按期处置情况", _columns(week), tuple(_row(rank, district, week) for rank, district in rows)),
    ]


def _late_row(case: Case, district: str) -> tuple[str, ...]:
    remarks = ["督办"] * case.supervised + [f"返工{case.round - 1}次"] * (case.round > 1)
    due = day(case.due_on) if case.due_on else "—"
    place = case.place.removeprefix(district)
    return (case.number, district, place, case.category, due, str(case.days_late), "、".join(remarks))


def _rate(district: District) -> float:
    return district.handled_in_time / district.due


def _rank(district: District, ranked: list[District]) -> str:
    return str(1 + sum(_rate(other) > _rate(district) for other in ranked))


def _explained(week: Snapshot, few: list[District]) -> str:
    told = "按期率为按期处置件数与应处置件数之比，超期为到期仍未处置的件数。"
    if few:
        names = "、".join(district.name for district in few)
        told += f"应处置不足{week.least_to_rank}件的{names}，样本不足，本期不排名。"
    none = [district.name for district in week.districts if not district.due]
    return told + (f"{'、'.join(none)}本周无到期问题。" if none else "")


def _columns(week: Snapshot) -> tuple[Column, ...]:
    heads = ["位次", "区", "应处置", "已处置", "按期处置", "按期率", "超期", "返工"]
    heads += ["检查点位"] * _counted(week, "visits") + ["督查小时"] * _counted(week, "hours")
    weights = [NARROW if len(head) <= 2 and head != "区" else 1 for head in heads]
    return tuple(Column(h, w / sum(weights), number=h != "区") for h, w in zip(heads, weights, strict=True))


def _row(rank: str, district: District, week: Snapshot) -> tuple[str, ...]:
    cells = [rank, district.name]
    cells += map(str, (district.due, district.handled, district.handled_in_time))
    cells += [f"{100 * _rate(district):.1f}%", str(district.overdue), str(district.rework)]
    if _counted(week, "visits"):
        cells.append("—" if district.visits is None else str(district.visits))
    if _counted(week, "hours"):
        cells.append("—" if district.hours is None else f"{district.hours:.1f}")
    return tuple(cells)


def _counted(week: Snapshot, name: str) -> bool:
    return any(getattr(district, name) is not None for district in week.districts)
