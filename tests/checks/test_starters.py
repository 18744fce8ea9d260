"""The checklists that every office starts with: 十无 word for word, a hundred points each, never written over."""

import pytest
from flask import Flask

from inspection.checks import checklists, starters
from inspection.checks.content import ItemKind, dump, load
from inspection.checks.models import Checklist, ChecklistVersion, VersionState
from inspection.checks.wording import problems
from inspection.kernel.db import db, writing
from inspection.reports.catalogue import site_types
from inspection.setup import load_reference
from tests.make import NOW, Make

TEN = (
    "无私搭乱建",
    "无开墙打洞",
    "无乱停车",
    "无乱占道经营",
    "无违规设置城市家具",
    "无违规广告牌匾和标语宣传品",
    "无乱搭架空线",
    "无外立面破损",
    "无道路破损",
    "无垃圾乱放和堆物堆料",
)
"""As the public rule has them, in its order."""
SET = {one.type_code: one for one in starters.starters()}


def test_the_lane_has_the_ten_without_word_for_word_ten_points_each() -> None:
    items = list(SET["lane"].content.items)

    assert [item.help.split("。")[0] for item in items] == [f"标准：{words}" for words in TEN]
    assert [item.text for item in items] == [f"街巷里有没有{words[1:]}？" for words in TEN]
    assert {(item.points, item.kind, item.good) for item in items} == {(10, ItemKind.YES_NO, False)}
    assert not any(item.critical for item in items)


def test_the_crossing_counts_three_things_over_five_minutes() -> None:
    counted = [item for item in SET["crossing"].content.items if item.kind is ItemKind.COUNT]

    assert [(item.category, item.minutes) for item in counted] == [("jaywalking", 5), ("wrong_way", 5), ("no_yield", 5)]


@pytest.mark.parametrize("starter", SET.values(), ids=list(SET))
def test_a_starter_adds_up_to_a_hundred_and_nothing_is_wrong_with_it(app: Flask, starter: starters.Starter) -> None:
    assert starter.content.points == 100
    assert problems(starter.content, checklists.category_codes()) == ()
    assert starter.type_code in site_types()
    assert all(item.category and item.help for item in starter.content.items)
    assert all(item.photo_on_failure or item.note_on_failure for item in starter.content.items)


def test_the_set_is_there_from_the_start_published_as_version_one(app: Flask) -> None:
    loaded = {one.type_code: one for one in checklists.every()}

    assert loaded.keys() == SET.keys()
    for code, one in loaded.items():
        (version,) = one.versions
        assert (one.name, version.number, version.state) == (SET[code].name, 1, VersionState.PUBLISHED)
        assert load(version.content) == SET[code].content and checklists.is_default(version)


def test_loading_again_touches_nothing_that_was_edited(app: Flask, make: Make) -> None:
    city = make.city()
    lane = db.session.scalars(db.select(Checklist).where(Checklist.type_code == "lane")).one()
    with writing():
        checklists.rename(lane.id, "胡同", by=city, now=NOW)
        draft = checklists.draft_from(lane.versions[0].id, by=city, now=NOW)
        db.session.get_one(ChecklistVersion, draft.id).content = dump(SET["market"].content)

    with writing():
        load_reference(NOW)
        assert starters.load(NOW) == 0

    kept = db.session.get_one(Checklist, lane.id)
    assert (kept.name, len(kept.versions)) == ("胡同", 2)
    assert len(checklists.every()) == len(SET)
