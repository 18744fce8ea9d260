"""The case sheet, opened again: what stands on it, for whom, and that it is the same each time."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pypdf
import pypdfium2
import pytest
from flask import Flask

from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets import requests, service
from inspection.tickets.models import TaskKind, Ticket
from inspection.tickets.workflow import State
from tests.make import Make, jpeg
from tests.web.browser import Browser, work

Open = Callable[..., Browser]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class File:
    """A ticket with a suspension, an extension, a rework, an instruction and two reports; and its people."""

    def __init__(self, make: Make) -> None:
        self.make, self.unit, self.officer = make, make.unit(), make.officer()
        self.city, self.handler = make.city(), make.handler(self.unit)
        self.filed = now() - 3 * DAY
        self.author = make.inspector(name="李秘密")
        self.id = make.ticket(
            State.DISPATCHED, officer=self.officer, unit=self.unit, now=self.filed, by=self.author, picture=jpeg(901)
        ).id
        self.act(service.accept, self.handler, 1)

    @property
    def ticket(self) -> Ticket:
        return db.session.get_one(Ticket, self.id)

    def act(self, action: Callable[..., object], by: Person, hours: int, **more: object) -> None:
        with writing():
            by = db.session.get_one(Person, by.id)
            action(self.ticket, by=by, now=self.filed + hours * HOUR, **more)

    def lives(self) -> None:
        """All that can happen to it before it is closed."""
        far = {"expected_on": date(2099, 3, 1), "review_on": date(2099, 1, 5)}
        self.act(service.instruct, self.city, 2, office="副主任 王某", text="三日内办结，举一反三")
        self.act(requests.suspend, self.city, 3, plan="等路面施工", **far)
        self.act(requests.resume, self.city, 4)
        self.act(requests.request_extension, self.handler, 5, reason="材料未到", new_due_on=date(2099, 12, 9))
        self.act(requests.decide_extension, self.officer, 6, granted=True, reason="")
        self.make.answer(self.ticket, self.handler, self.filed + 8 * HOUR, picture=jpeg(902))
        self.make.sent_back(self.ticket, self.officer, self.filed + 9 * HOUR, "墙角还有一堆")
        self.make.answer(self.ticket, self.handler, self.filed + 20 * HOUR, picture=jpeg(903))
        work()


@pytest.fixture
def file(app: Flask, make: Make) -> File:
    return File(make)


def printed(mine: Browser, ticket: uuid.UUID) -> pypdf.PdfReader:
    answer = mine.get(f"/desk/tickets/{ticket}/sheet.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return pypdf.PdfReader(io.BytesIO(answer.data))


def words(pdf: pypdf.PdfReader) -> str:
    """All that stands on it, without the breaks of lines."""
    with pypdfium2.PdfDocument(pdf.stream) as opened:
        text = "".join(page.get_textpage().get_text_range() for page in opened)
    return re.sub(r"\s+", "", text)


def test_everything_of_the_file_stands_on_a4_with_page_numbers(file: File, browser: Open) -> None:
    file.lives()

    pdf = printed(browser(file.officer), file.id)

    said = words(pdf)
    for told in (
        "案卷单", file.ticket.number, "街面乱堆乱放", "月牙胡同5号门前", "东城区", file.unit.name, "待核查",
        "期限怎么算", "起算当日不算", "批示", "副主任王某：三日内办结，举一反三",
        "停表与延期", "挂账：等路面施工", "恢复处置", "同意延期",
        "核查不通过，退回返工：墙角还有一堆", "第2轮", "整改前", "整改后", "照片里没有位置，请看清是不是同一处",
        "和整改前的照片不相同", "整改后照片的核对",
        "经过", "立案", "反馈：已整改：已清走", "督查员·", "截至",
    ):  # fmt: skip
        assert told.replace(" ", "") in said, told
    pages = len(pdf.pages)
    assert all(f"第{number}页，共{pages}页" in said for number in range(1, pages + 1))
    assert {tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pdf.pages} == {(210, 297)}
    assert sum(len(page.images) for page in pdf.pages) == 2


def test_the_same_ticket_gives_the_same_bytes(file: File, browser: Open) -> None:
    file.lives()
    mine, url = browser(file.officer), f"/desk/tickets/{file.id}/sheet.pdf"

    assert mine.get(url).data == mine.get(url).data


def test_every_day_of_the_arithmetic_is_on_it_with_its_date(file: File, browser: Open) -> None:
    said = words(printed(browser(file.handler), file.id))
    html = browser(file.handler).page(f"/desk/tickets/{file.id}")

    marks = re.findall(r"<b>(派遣|休|停|\d+)</b>", html.partition('<ol class="days"')[2])
    assert marks[0] == "派遣" and marks[-1] == "5"
    assert said.count("周") >= len(marks)


def test_whoever_may_not_see_the_ticket_gets_no_sheet(file: File, browser: Open, make: Make) -> None:
    url = f"/desk/tickets/{file.id}/sheet.pdf"
    others = (make.officer("110105"), make.handler(make.unit()))

    assert [browser(person).get(url).status_code for person in others] == [404, 404]
    assert [browser(make.person(role)).get(url).status_code for role in (Role.ADMIN, Role.PUBLISHER)] == [403, 403]
    assert browser(make.person(Role.AUDITOR)).get(url).status_code == 200


@pytest.mark.parametrize("who", ["handler", "officer", "city"])
def test_nobody_learns_who_reported_who_was_asked_and_who_complained(
    file: File, browser: Open, make: Make, who: str
) -> None:
    asked = make.inspector(name="王被请")
    file.lives()
    file.act(service.pass_recheck, file.officer, 22, note="到现场看过", evidence=None)
    make.feedback(file.ticket.reports[0].report_id, file.author, "还是没改好", now=file.filed + 30 * HOUR)
    task = make.task(file.ticket, asked, kind=TaskKind.LOOKBACK, now=file.filed + 31 * HOUR)
    make.opinion(task, asked, jpeg(904), note="又堆上了", now=file.filed + 32 * HOUR)
    work()

    pdf = printed(browser(getattr(file, who)), file.id)

    said = words(pdf)
    secrets = ("李秘密", "王被请", file.author.phone, asked.phone, "还是没改好", "又堆上了", "不满意", "去看过：")
    assert [secret for secret in secrets if secret in said] == []
    assert sum(len(page.images) for page in pdf.pages) == 2
    assert "Exif" not in str(pdf.metadata) and (pdf.metadata or {}).get("/Author") in {None, ""}


def test_all_that_it_says_of_people_and_words_the_page_says_too(file: File, browser: Open) -> None:
    """Line by line: each happening's title and the people in it stand on the page of the same person."""
    file.lives()
    html = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", browser(file.handler).page(f"/desk/tickets/{file.id}")))

    said = words(printed(browser(file.handler), file.id))

    alias = file.ticket.reports[0].report.alias
    for person in (file.officer.name, file.city.name, file.handler.name, f"督查员·{alias}"):
        assert person in html and person in said


def test_a_fresh_ticket_has_a_short_sheet_without_empty_headings(make: Make, browser: Open) -> None:
    ticket = make.ticket(State.FILED, now=now() - HOUR)

    said = words(printed(browser(make.city()), ticket.id))

    assert "还没有派遣" in said and "待派遣" in said
    assert not any(heading in said for heading in ("批示", "停表与延期", "核查与回头看", "期限怎么算"))


def test_what_people_wrote_is_never_markup(make: Make, browser: Open) -> None:
    ticket = make.ticket(State.FILED, now=now() - HOUR, address='#panic("x") *粗* $x$ <b>')

    assert '#panic("x")*粗*$x$<b>' in words(printed(browser(make.city()), ticket.id))


def test_the_ticket_page_leads_to_it(file: File, browser: Open) -> None:
    assert f'href="/desk/tickets/{file.id}/sheet.pdf"' in browser(file.handler).page(f"/desk/tickets/{file.id}")
