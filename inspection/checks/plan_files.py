"""A plan's results as a spreadsheet (导出结果): by district, by stratum, by item, how far two inspectors agree.

The file is the office's document, so its words are Chinese. It holds no visit, no alias and no day of a visit; every
text is a string that no spreadsheet reckons with; and it says of itself only its title and the day of the plan's end.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any, BinaryIO

import xlsxwriter

from inspection.checks import brought, outcomes, results
from inspection.checks.exact import half_up
from inspection.checks.models import ChecklistVersion, Plan
from inspection.geography import service as geography
from inspection.kernel import audit, sheets
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.catalogue import site_types

Row = Sequence[str | int | float | None]
WIDTH = 16
WIDE = 44


def made(plan: Plan, *, by: Person) -> BinaryIO:
    """The file. Changes nothing; see ``note_made``."""
    access.require(by.role, Right.PLAN_READ)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True} | sheets.PLAIN_STRINGS)
    book.set_properties({"title": plan.name, "created": datetime.combine(plan.ends_on, time())})
    bold = book.add_format({"bold": True, "bottom": 2})
    for title, (headings, rows) in _tables(plan).items():
        _write(book.add_worksheet(title), headings, rows, bold)
    book.close()
    out.seek(0)
    return out


def note_made(plan: Plan, *, by: Person, now: datetime) -> None:
    """Write down that a file was handed out."""
    audit.record("plan.exported", plan, by=by, at=now)


def _tables(plan: Plan) -> Mapping[str, tuple[Sequence[str], Sequence[Row]]]:
    return {
        "各区结果": (
            ("名次", "区", "走访次数", "得分", "95% 区间下限", "95% 区间上限", "说明", "没有走访的类型"),
            list(_districts(plan)),
        ),
        "各层": (("区", "类型", "配额", "点位总数", "已出分点位", "平均分"), list(_strata(plan))),
        "扣分最多的项": (
            ("检查项", "检查单", "不合格次数", "适用次数", "扣分", "满分"),
            list(_items(plan)),
        ),
        "双人复评": (("检查项", "检查单", "对数", "一致", "一致率 %", "κ"), list(_pairs(plan))),
    }


def _districts(plan: Plan) -> Iterator[Row]:
    atlas, found = geography.current_atlas(), outcomes.by_district(plan)
    places = results.ranks(found)
    for one in found:
        unseen = "、".join(map(_type, one.unseen))
        ends = (_number(one.low), _number(one.high))
        yield (
            places.get(one.district),
            atlas.district(one.district).name,
            one.visits,
            _number(one.score),
            *ends,
            str(one.words),
            unseen,
        )


def _strata(plan: Plan) -> Iterator[Row]:
    """A stratum's mean only where its district has a result: fewer would tell of single places."""
    atlas = geography.current_atlas()
    told = {one.district for one in outcomes.by_district(plan) if one.score is not None}
    quotas = {(quota.district_code, quota.type_code): quota.sites for quota in plan.quotas}
    for one in outcomes.strata(plan):
        average = _number(half_up(one.mean)) if one.sites and one.district in told else None
        name, kind = atlas.district(one.district).name, _type(one.type)
        yield name, kind, quotas[one.district, one.type], one.population, len(one.sites), average


def _items(plan: Plan) -> Iterator[Row]:
    for version in _versions(plan):
        texts = _texts(version)
        for one in outcomes.losses(plan, version):
            name = version.checklist.name
            yield texts.get(one.key, one.key), name, one.failed, one.asked, _number(one.lost), _number(one.possible)


def _pairs(plan: Plan) -> Iterator[Row]:
    for version in _versions(plan):
        texts = _texts(version)
        for one in outcomes.agreements(plan, version):
            if one.pairs:
                kappa = str(one.words) if one.kappa is None else _number(half_up(one.kappa, 2))
                name = version.checklist.name
                yield texts.get(one.key, one.key), name, one.pairs, one.same, _number(one.percent), kappa


def _versions(plan: Plan) -> Sequence[ChecklistVersion]:
    return list({quota.checklist_version_id: quota.checklist_version for quota in plan.quotas}.values())


def _texts(version: ChecklistVersion) -> Mapping[str, str]:
    return {item.key: item.text for item in brought.content_of(version).items}


def _type(code: str) -> str:
    return site_types().get(code, (code,))[0]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _write(sheet: Any, headings: Sequence[str], rows: Sequence[Row], bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, WIDE if heading in {"检查项", "说明"} else WIDTH)
        sheet.write_string(0, place, heading, bold)
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(line, place, value)
            elif value:
                sheet.write_string(line, place, value)
