"""Weeks, mastheads and photos for notices, stating only what matters."""

import io
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from inspection.notices.content import Content, Masthead, Paragraph
from inspection.notices.snapshot import Case, District, EarlierCase, Outcome, PhotoRef, Praise, Progress, Snapshot

MONDAY = date(2026, 11, 16)
TAKEN = datetime(2026, 11, 25, 10, 5, tzinfo=UTC)
NAMES = (
    *("东城区", "西城区", "朝阳区", "海淀区", "丰台区", "石景山区", "门头沟区", "房山区", "通州区"),
    *("顺义区", "昌平区", "大兴区", "怀柔区", "平谷区", "密云区", "延庆区", "经开区"),
)
CODES = {name: f"1101{number:02}" for number, name in enumerate(NAMES, 1)}

SIGNED = Masthead(
    name="首都文明督查通报",
    unit="首都文明办督查处",
    year=2026,
    issue=47,
    total=213,
    dated=date(2026, 11, 27),
    office="督查处",
    editor="周敏",
    reviewer="郑远",
    signer="贺岩",
    phone="63082214",
    email="ducha@example.org",
    report_to="首都精神文明建设委员会领导同志。",
    send_to="首都精神文明建设委员会委员。",
    issue_to="各区精神文明建设委员会办公室，有关委办局。",
    copies=120,
    reply_by=date(2026, 12, 4),
)
DRAFT = replace(SIGNED, issue=None, total=None, dated=None)


def district(name: str = "朝阳区", **counts: Any) -> District:
    """A district in which nothing happened, but for ``counts``."""
    names = (
        "found",
        "filed",
        "due",
        "handled",
        "handled_in_time",
        "overdue",
        "closed",
        "rework",
        "rebounds",
        "looked_back",
    )
    return District(CODES[name], name, **(dict.fromkeys(names, 0) | counts))


def case(number: int = 1, district: str = "朝阳区", **facts: Any) -> Case:
    """A car left standing in 团结湖街道, not dealt with."""
    plain: dict[str, Any] = {
        "number": f"DC-2611-{number:04}",
        "district_code": CODES[district],
        "street": "团结湖街道",
        "place": "团结湖北三条7号楼",
        "category": "僵尸车",
        "description": "灰色轿车长期停放，两轮失气，车身积尘",
        "progress": Progress.OPEN,
        "found_on": MONDAY,
        "due_on": date(2026, 11, 23),
        "handled_on": None,
        "closed_on": None,
    }
    return Case(**(plain | facts))


def earlier(district: str = "朝阳区", **facts: Any) -> EarlierCase:
    """A case of the last notice that was put right."""
    plain: dict[str, Any] = {
        "number": "DC-2611-0100",
        "district_code": CODES[district],
        "place": "团结湖北三条",
        "category": "僵尸车",
        "outcome": Outcome.GOOD,
        "due_on": date(2026, 11, 18),
        "handled_on": date(2026, 11, 17),
    }
    return EarlierCase(**(plain | facts))


def week(*districts: District, **more: Any) -> Snapshot:
    """A week with these districts; with no cases but ``more``."""
    empty: dict[str, Any] = {"cases": (), "overdue": (), "earlier": (), "praise": ()}
    return Snapshot(
        week_start=MONDAY,
        week_end=MONDAY + timedelta(days=6),
        taken_at=TAKEN,
        districts=districts,
        audit_seq=1234,
        audit_hash="9f" * 32,
        **(empty | more),
    )


def week_of_cases(*cases: Case, **more: Any) -> Snapshot:
    """A week with these cases, and the districts that they are in."""
    codes = {name: sum(c.district_code == code for c in cases) for name, code in CODES.items()}
    districts = [district(name, found=count + 1, filed=count) for name, count in codes.items() if count]
    return week(*districts, cases=cases, **more)


def busy_week(count: int = 40, photos: int = 20) -> Snapshot:
    """A full week in all districts: ``count`` cases, ``photos`` photos in pairs, and something in every section."""
    problems = [
        ("僵尸车", "灰色轿车长期停放，两轮失气，车身积尘"),
        ("乱堆乱放", "楼前堆放废旧家具，占用消防通道"),
        ("私装地锁", "公共车位私装地锁3处"),
        ("飞线充电", "三层住户从窗口飞线充电"),
        ("垃圾分类", "桶站满冒，厨余垃圾混投"),
    ]
    made = []
    for n in range(count):
        category, description = problems[n % len(problems)]
        name = NAMES[n % len(NAMES)]
        pair = n < photos // 2
        progress = (Progress.CLOSED, Progress.OPEN, Progress.HANDLED, Progress.OPEN, Progress.SUSPENDED)[n % 5]
        made.append(
            case(
                n + 1,
                name,
                street=f"{'和平建国东风'[n % 6]}里街道",
                place=f"文明里{n % 7 + 1}号楼前",
                category=category,
                description=description,
                progress=progress,
                days_late=2 if n % 5 == 1 else 0,
                supervised=n % 10 == 1,
                round=2 if n % 15 == 3 else 1,
                before=(PhotoRef(f"b{n}", "", date(2026, 11, 17)),) * pair,
                after=(PhotoRef(f"a{n}", "", date(2026, 11, 24)),) * pair,
            )
        )
    late = tuple(c for c in made if c.days_late)
    districts = []
    for n, name in enumerate(NAMES):
        filed = sum(c.district_code == CODES[name] for c in made)
        due = 6 + 3 * n
        handled = due - n % 4
        counts = {"found": filed + n % 3, "filed": filed, "due": due, "handled": handled, "overdue": n % 4}
        counts |= {"handled_in_time": handled - n % 3, "closed": due - 5, "rework": n % 2, "rebounds": int(n == 5)}
        districts.append(district(name, **counts, looked_back=n % 3, visits=12 + n, hours=20.5 + n))
    return week(
        *districts,
        cases=tuple(made),
        overdue=late,
        earlier=(
            earlier("东城区", place="流水巷", category="乱堆乱放", looked_back=True),
            earlier("石景山区", place="八角北路", category="占道经营"),
            earlier(outcome=Outcome.OPEN, handled_on=None, days_late=7, supervised=True),
            earlier("海淀区", place="知春里小区", category="飞线充电", outcome=Outcome.REBOUND),
        ),
        praise=(Praise(CODES["石景山区"], "八角街道建立门前清扫轮值，连续三周零投诉。"),),
    )


def photo(width: int = 1600, height: int = 1200, seed: int = 0) -> bytes:
    """A JPEG with something in it, the same for the same ``seed``."""
    size = (width // 4, height // 4)
    grain = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1])).resize((width, height))
    sky = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture = Image.blend(sky, grain.convert("RGB"), 0.15)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 5, height // 3, width // 2, height // 2), fill=(seed * 37 % 255, 90, 140))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def photos_for(content: Content) -> dict[str, bytes]:
    """A photo for every id in ``content``."""
    return {photo_id: photo(seed=n) for n, photo_id in enumerate(content.photo_ids())}


def words(*paragraphs: str, masthead: Masthead = SIGNED) -> Content:
    """A notice of paragraphs."""
    return Content(masthead, "督查情况通报", "", tuple(Paragraph(text) for text in paragraphs))
