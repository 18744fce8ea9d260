"""The starting catalogue of problems (问题类别): editable rows, loaded once from the package."""

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from inspection.kernel.db import db
from inspection.reports.models import Category

CATEGORIES = Path(__file__).with_name("data") / "categories.csv"
SITE_TYPES = Path(__file__).with_name("data") / "site_types.csv"

SHORT_NAMES = {
    "zombie_car": "僵尸车",
    "zombie_bike": "废旧单车",
    "ground_lock": "私装地锁",
    "blocked_corridor": "楼道堆物",
    "street_clutter": "乱堆乱放",
    "exposed_rubbish": "暴露垃圾",
    "waste_sorting": "垃圾分类",
    "property_care": "物业管理",
    "dog_unleashed": "遛狗不牵绳",
    "dog_fouling": "犬便不清",
    "wire_charging": "飞线充电",
    "illegal_structure": "私搭乱建",
    "car_parking": "乱停汽车",
    "bike_parking": "乱停单车",
    "jaywalking": "闯红灯",
    "wrong_way": "骑车逆行",
    "no_yield": "不让行人",
    "adverts": "小广告",
    "road_damage": "道路破损",
    "overhead_cable": "乱搭架空线",
    "rural_toilet": "农村厕所",
    "rural_sewage": "农村污水",
    "smoking": "禁烟处吸烟",
    "service_desk": "窗口服务",
    "public_notice": "公益广告",
    "food_waste": "餐饮浪费",
    "grave_burning": "不文明祭扫",
    "other": "其他",
}
"""What stands under a category's picture on the phone, where a long name would not fit."""


@lru_cache(maxsize=1)
def site_types() -> Mapping[str, tuple[str, str]]:
    """The kinds of place (点位类型): code → Chinese and English name, in their order."""
    with SITE_TYPES.open(encoding="utf-8") as lines:
        return {row["code"]: (row["name"], row["english"]) for row in csv.DictReader(lines)}


COMMON = (
    "zombie_car",
    "ground_lock",
    "street_clutter",
    "dog_unleashed",
    "waste_sorting",
    "exposed_rubbish",
    "property_care",
    "bike_parking",
    "jaywalking",
    "wrong_way",
    "rural_toilet",
)
"""[D] What the phone shows first; the other categories are folded."""


def ranked(categories: Sequence[Category], last_used: Sequence[str]) -> list[Category]:
    """The categories as the phone offers them: those last used, then the common ones, then the catalogue's order."""
    first = [*last_used, *COMMON]
    return sorted(categories, key=lambda category: first.index(category.code) if category.code in first else len(first))


def short_name(category: Category) -> str:
    """The name to put under the category's picture."""
    return SHORT_NAMES.get(category.code, category.name)


def load_categories() -> int:
    """Enter the categories that are not there yet and say how many; rows that are there stay as they were edited."""
    known = set(db.session.scalars(select(Category.code)))
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        fresh = [
            category(row, position) for position, row in enumerate(csv.DictReader(file)) if row["code"] not in known
        ]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)


def category(row: dict[str, str], position: int) -> Category:
    """One row of the catalogue's file."""
    return Category(
        code=row["code"],
        name=row["name"],
        english=row["english"],
        field=row["field"],
        record=row["record"],
        handler_street=row["handler_street"] or None,
        handler_department=row["handler_department"] or None,
        limit_amount=int(row["deadline"]),
        limit_unit=row["unit"],
        severity=row["severity"],
        plate=row["plate"] == "yes",
        photos_min=int(row["photos_min"]),
        repeat_days=int(row["repeat_days"]) if row["repeat_days"] else None,
        basis=row["basis"],
        position=position,
    )
