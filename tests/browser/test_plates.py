"""A plate in a picture, from the phone's bytes to the officer's key: read by the worker, seen, taken over."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from playwright.sync_api import expect

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.reports.models import PlateReading, Report
from tests import drawn_plates as drawn
from tests.browser.conftest import People, Visitor
from tests.browser.test_desk import axed
from tests.drawn_plates import Paint, Shot
from tests.make import Make

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("office", ["sqlite"], indirect=True)]

Server = Callable[[], Flask]
SHOT = Shot(width=230, turn=-3, lean=20, blur=0.5, noise=5)
WIDTHS = (1440, 1024, 390)


@pytest.fixture
def shown(server: Server, people: tuple[Path, People]) -> Callable[..., uuid.UUID]:
    """A report on a car that was left, whose photo shows this plate; the worker has looked at it."""

    def made(paint: Paint, text: str, **more: str) -> uuid.UUID:
        with server().app_context():
            number = db.session.query(Report).count()
            picture = drawn.photo(text, paint, SHOT, Random(21 + number))
            make = Make(server(), start=10_000 * (1 + number))
            at = now() - timedelta(minutes=5)
            report_id = make.report(make.inspector(), picture=picture, category="zombie_car", now=at, **more).id
            db.session.remove()
            return report_id

    return made


def looked_at(server: Server, report_id: uuid.UUID) -> Callable[[], bool]:
    def known() -> bool:
        with server().app_context():
            return db.session.query(PlateReading).filter_by(report_id=report_id).count() > 0

    return known


def plate_of(server: Server, report_id: uuid.UUID) -> tuple[str | None, str | None]:
    with server().app_context():
        report = db.session.get_one(Report, report_id)
        return report.plate, report.plate_key


def test_one_key_takes_over_the_plate_in_the_picture(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], shown: Callable[..., uuid.UUID]
) -> None:
    report_id = shown(Paint.GREEN, "京AD31762")
    officer = visitor()
    officer.sign_in(people[1]["district"])
    officer.until(looked_at(server, report_id))
    page = officer.page
    page.goto(f"{officer.address}/desk/triage/{report_id}")
    seen = page.locator("#plate-seen")
    expect(seen).to_contain_text("图中像是 京A·D31762（机器识别，请核对）")
    assert plate_of(server, report_id) == (None, None)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        crop, button = seen.locator(".crop").bounding_box(), seen.locator("button").bounding_box()
        assert crop and button and button["height"] >= 44 and crop["height"] > 30
        assert max(crop["x"] + crop["width"], button["x"] + button["width"]) <= width
        assert axed(page) == []

    page.keyboard.press("p")

    expect(seen).to_contain_text("图中也像是这个号牌（机器识别）")
    assert plate_of(server, report_id) == ("京A·D31762", "京AD31762")
    assert page.url.endswith(f"/desk/triage/{report_id}") and not officer.problems


def test_another_plate_than_was_typed_is_told_and_one_tap_changes_it(
    server: Server, people: tuple[Path, People], visitor: Callable[..., Visitor], shown: Callable[..., uuid.UUID]
) -> None:
    report_id = shown(Paint.TWO_ROWS, "京G7M429", plate="京G7M420")
    officer = visitor(scripts=False)
    officer.sign_in(people[1]["city"])
    officer.until(looked_at(server, report_id))
    page = officer.page
    page.goto(f"{officer.address}/desk/triage/{report_id}")
    seen = page.locator("#plate-seen")
    expect(seen).to_contain_text("京G·7M420")
    expect(seen).to_contain_text("图中像是 京G·7M429（机器识别），和填的不一样")

    seen.get_by_role("button", name="改成 京G·7M429").click()

    expect(page.locator("#plate-seen")).to_contain_text("京G·7M429")
    assert plate_of(server, report_id) == ("京G·7M429", "京G7M429")
