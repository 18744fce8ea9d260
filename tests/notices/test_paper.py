"""The notice on a screen: the same words, escaped."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from inspection.notices.compose import compose
from inspection.notices.content import Content
from tests.notices.weeks import DRAFT, SIGNED, busy_week, case, week, week_of_cases

ROOT = Path(__file__).parents[2]


def shown(content: Content, missing: str = "") -> str:
    pages = Environment(
        loader=FileSystemLoader(ROOT / "inspection" / "templates"), autoescape=True, undefined=StrictUndefined
    )
    pages.globals["_"] = str
    urls = {photo_id: f"/photos/{photo_id}/web" for photo_id in content.photo_ids() if photo_id != missing}
    return pages.get_template("notice/paper.html").render(content=content, photo_urls=urls)


def text(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("content", [compose(busy_week(), SIGNED), compose(week(), DRAFT)], ids=["busy", "empty"])
def test_everything_that_the_notice_says_is_on_the_page(content):
    said = text(shown(content))

    for part in content.texts():
        assert part in said
    for part in (content.masthead.name, content.masthead.issue_line, content.masthead.date_line, content.masthead.unit):
        assert part in said
    assert all(line.label + line.left in said for line in content.masthead.imprint)


def test_what_people_write_is_escaped():
    hostile = "<script>alert(1)</script>\"'{{7*7}}"

    page = shown(compose(week_of_cases(case(description=hostile, place=hostile)), replace(SIGNED, name=hostile)))

    assert "<script" not in page and "{{7*7}}" in page
    assert text(page).count(hostile) >= 2


def test_photos_are_shown_with_their_captions():
    content = compose(busy_week(), SIGNED)

    page = shown(content, missing="a0")

    assert page.count("<img") == 19
    assert page.count("照片缺失") == 1
    assert 'src="/photos/b0/web" alt="文明里1号楼前整改前，11月17日"' in page


def test_nothing_on_the_page_needs_an_exception_to_the_content_policy():
    page = shown(compose(busy_week(), SIGNED))

    assert not re.search(r"\sstyle=|\son\w+=|<script|<style", page)


def test_a_draft_is_marked():
    assert 'data-draft="样稿"' in shown(compose(week(), DRAFT))
    assert "样稿" not in shown(compose(week(), SIGNED))


def test_the_headings_are_nested_below_the_pages_own():
    page = shown(compose(busy_week(), SIGNED))

    assert re.findall(r"<h(\d)", page)[:3] == ["2", "3", "3"]
