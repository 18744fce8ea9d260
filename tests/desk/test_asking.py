"""Questions to whoever reported it, on the pages: asked by alias, answered on the phone, read without a name."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from inspection.kernel.calendar import day_of, now
from inspection.kernel.db import db, writing
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.photos.models import Manifest, ManifestKind, Photo
from inspection.reports.models import Form, Question
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import Make, jpeg
from tests.web.browser import Browser, file, new_id, photo, without_id, work

Open = Callable[..., Browser]
PHONE = "13777777777"
FORM_ID = re.compile(r'(?<=name="comment_id" value=")[^"]+')


def in_words(days: int = 0) -> str:
    """11月26日: the day in so many days."""
    day = day_of(now()) + timedelta(days=days)
    return f"{day.month}月{day.day}日"


class Case:
    """A ticket whose author is unmistakable, with the browsers of everyone around it."""

    def __init__(self, make: Make, browser: Open) -> None:
        self.person: Person = make.inspector(name="欧阳金丝雀", phone=PHONE)
        unit, officer = make.unit(), make.officer()
        ticket = make.ticket(State.HANDLING, by=self.person, unit=unit, officer=officer, now=now() - timedelta(days=1))
        holder = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
        self.report_id, self.alias = ticket.reports[0].report_id, ticket.reports[0].report.alias
        self.id, self.url, self.report_url = ticket.id, f"/desk/tickets/{ticket.id}", f"/phone/reports/{self.report_id}"
        self.officer, self.city, self.handler = browser(officer), browser(make.city()), browser(holder)
        self.author = browser(self.person)

    def ask(self, mine: Browser, **given: str) -> int:
        form = {"report": str(self.report_id), "question": "门牌是几号？"} | given
        return mine.send(f"{self.url}/questions", form, page=self.url).status_code

    def answer(self, **given: object) -> int:
        asked = db.session.scalars(db.select(Question.id)).one()
        return self.author.send(f"/phone/questions/{asked}/answer", given, page=self.report_url).status_code


@pytest.fixture
def case(make: Make, browser: Open) -> Case:
    return Case(make, browser)


def test_a_question_goes_by_alias_and_the_phone_shows_the_office_and_the_last_day(case: Case) -> None:
    assert f"督查员·{case.alias}" in case.officer.page(case.url)

    assert case.ask(case.officer, photo="yes") == 303

    last = in_words(days=5)
    for page in (case.author.page(case.report_url), case.author.page("/phone/reports")):
        assert "东城区文明办问您" in page and "门牌是几号？" in page and f"{last}以前" in page
        assert "陈立" not in page
    assert "能再拍一张最好" in case.author.page(case.report_url)
    desk = case.officer.page(case.url)
    assert f"督查员·{case.alias} 还没有答，{last}以前都可以答" in desk and 'id="ask-question"' not in desk


def test_an_answer_with_a_photo_comes_back_with_alias_and_day_and_without_a_trace(case: Case) -> None:
    case.ask(case.city)

    assert case.answer(answer="五号", photos=file(jpeg(873), "IMG_欧阳.jpg")) == 303

    work()
    for mine in (case.officer, case.city):
        page = mine.page(case.url)
        assert f"督查员·{case.alias} 答：五号 <span class=" in page and f"· {in_words()}</span>" in page
        assert "首都文明办督查处问督查员" in page
        for trace in ("金丝雀", "欧阳", PHONE, str(case.person.id), f"{now():%H:%M}", str(case.report_id.hex)):
            assert trace not in page
    assert "您答：五号" in case.author.page(case.report_url)
    assert "问您" not in case.author.page("/phone/reports")


def test_the_unit_reads_neither_the_question_nor_the_answer(case: Case) -> None:
    case.ask(case.officer)
    case.answer(answer="五号")

    page = case.handler.page(case.url)

    assert "门牌是几号" not in page and "五号 <span" not in page and "问上报人" not in page
    assert case.ask(case.handler) == 403


def test_the_units_page_is_the_same_word_for_word_whatever_was_asked_and_answered(case: Case) -> None:
    def page() -> str:
        return FORM_ID.sub("", without_id(case.handler.get(case.url)))

    before = page()
    case.ask(case.officer)
    asked = page()
    case.answer(answer="五号")

    assert before == asked == page()


def test_the_photo_of_an_answer_carries_nothing_of_its_camera_to_whoever_sees_it(case: Case) -> None:
    case.ask(case.officer)
    picture = photo(874, now(), Make="CANARYCAM", Model="CANARYMODEL", Artist="金丝雀")
    case.answer(answer="五号", photos=file(picture, "IMG_CANARY_13777777777.jpg"))
    work()
    photo_id = db.session.scalars(
        db.select(Photo.id).join(Manifest).where(Manifest.kind == ManifestKind.SUPPLEMENT)
    ).one()

    for mine in (case.officer, case.handler, case.author):
        answers = [mine.get(f"/pictures/{photo_id}/{size}.jpg") for size in ("web", "thumb")]
        assert [one.status_code for one in answers] == [200, 200]
        for one in answers:
            assert b"CANARY" not in one.data and b"CANARY" not in str(one.headers).encode()
            shown = Image.open(io.BytesIO(one.data))
            assert not shown.getexif() and "comment" not in shown.info


def test_not_knowing_is_one_press(case: Case) -> None:
    case.ask(case.officer)

    assert case.answer(unknown="yes") == 303

    assert f"督查员·{case.alias} 答：不知道" in case.officer.page(case.url)
    assert "您答：不知道" in case.author.page(case.report_url)


def test_what_is_wrong_is_said_at_its_field_with_the_form_open(case: Case) -> None:
    empty = case.officer.send(f"{case.url}/questions", {"report": str(case.report_id), "question": " "}, page=case.url)
    nobody = case.officer.send(f"{case.url}/questions", {"report": str(new_id()), "question": "几号？"}, page=case.url)
    case.ask(case.officer)
    twice = case.city.send(f"{case.url}/questions", {"report": str(case.report_id), "question": "再问"}, page=case.url)
    asked = db.session.scalars(db.select(Question.id)).one()
    silent = case.author.send(f"/phone/questions/{asked}/answer", {"answer": " "}, page=case.report_url)

    assert [one.status_code for one in (empty, nobody, twice, silent)] == [422, 422, 409, 422]
    assert "请写明要问什么。" in empty.text and 'id="ask-question-wrong"' in empty.text
    assert "上一个问题还在等回答" in twice.text and ">再问</textarea>" in twice.text
    assert "不知道也可以按" in silent.text


def test_after_the_last_day_it_is_closed_and_nobody_is_blamed(case: Case) -> None:
    case.ask(case.officer)
    move_back(days=6)

    assert "未答复" in case.officer.page(case.url)
    page = case.author.page(case.report_url)
    assert "这个问题过了期限，不用再答了。" in page and "/answer" not in page


def move_back(days: int) -> None:
    """As if it had been asked so many days earlier."""
    with writing():
        question = db.session.scalars(db.select(Question)).one()
        question.due_on -= timedelta(days=days)


def test_triage_asks_about_a_report_that_waits_and_it_goes_on_waiting(make: Make, browser: Open) -> None:
    person = make.inspector(name="欧阳金丝雀")
    report = make.report(person, now=now())
    officer, url = browser(make.officer()), f"/desk/triage/{report.id}"

    refused = officer.send(f"{url}/questions", {"question": ""}, page=url)
    done = officer.send(f"{url}/questions", {"question": "门牌是几号？"}, page=url)

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "请写明要问什么。" in refused.text
    page = officer.page(url)
    assert f"东城区文明办问督查员·{report.alias}：门牌是几号？" in page and "金丝雀" not in page
    assert "门牌是几号？" in browser(person).page(f"/phone/reports/{report.id}")


def test_what_one_may_not_see_one_cannot_ask_about_and_it_does_not_show(case: Case, make: Make, browser: Open) -> None:
    mystery, other = make.report(form=Form.MYSTERY, now=now()), browser(make.officer("110105"))
    given = {"question": "门牌是几号？", "report": str(case.report_id)}

    answers = [
        case.officer.send(f"/desk/triage/{mystery.id}/questions", given),
        case.officer.send(f"/desk/triage/{new_id()}/questions", given),
        other.send(f"{case.url}/questions", given),
        other.send(f"/desk/tickets/{new_id()}/questions", given),
    ]

    assert [one.status_code for one in answers] == [404] * 4
    assert without_id(answers[0]) == without_id(answers[1])
    assert without_id(answers[2]) == without_id(answers[3])


def test_anothers_question_cannot_be_answered_and_does_not_show(case: Case, make: Make, browser: Open) -> None:
    case.ask(case.officer)
    asked, other = db.session.scalars(db.select(Question.id)).one(), browser(make.inspector())

    theirs = other.send(f"/phone/questions/{asked}/answer", {"answer": "五号"})
    nothing = other.send(f"/phone/questions/{new_id()}/answer", {"answer": "五号"})

    assert theirs.status_code == nothing.status_code == 404
    assert without_id(theirs) == without_id(nothing)


def test_of_two_officers_at_triage_the_later_is_told_that_one_has_asked(make: Make, browser: Open) -> None:
    report = make.report(now=now())
    officer, city, url = browser(make.officer()), browser(make.city()), f"/desk/triage/{report.id}"
    officer.send(f"{url}/questions", {"question": "门牌是几号？"}, page=url)

    late = city.send(f"{url}/questions", {"question": "再问"}, page=url)

    assert late.status_code == 409 and "上一个问题还在等回答" in late.text


def test_a_second_answer_is_told_so_with_what_was_typed(case: Case) -> None:
    case.ask(case.officer)
    asked = db.session.scalars(db.select(Question.id)).one()
    case.answer(answer="五号")

    again = case.author.send(f"/phone/questions/{asked}/answer", {"answer": "不对，是六号"}, page="/phone/me")

    assert again.status_code == 409
    assert "这个问题您已经答过了，谢谢您。" in again.text and "您填的：您的回答：不对，是六号" in again.text
    assert "您答：五号" in again.text


def test_the_audit_reads_what_was_asked_and_has_no_form(case: Case, make: Make, browser: Open) -> None:
    case.ask(case.officer)
    case.answer(answer="五号")

    page = browser(make.person(Role.AUDITOR)).page(case.url)

    assert f"督查员·{case.alias} 答：五号" in page and 'id="ask-question"' not in page


def test_of_several_reports_one_chooses_by_alias(case: Case, make: Make) -> None:
    second = make.report(now=now())
    case.officer.send(
        f"/desk/triage/{second.id}/merging", {"ticket_id": str(case.id)}, page=f"/desk/triage/{second.id}"
    )
    db.session.expire_all()
    assert len(db.session.get_one(Ticket, case.id).reports) == 2

    assert f'<option value="{second.id}"' in case.officer.page(case.url)
    assert case.ask(case.officer, report=str(second.id)) == 303

    assert db.session.scalars(db.select(Question.report_id)).one() == second.id
    assert "门牌是几号" not in case.author.page(case.report_url)


def test_all_of_it_is_english_for_whoever_reads_english(case: Case) -> None:
    case.ask(case.officer, question="Which number?")
    english = {"Accept-Language": "en"}

    desk = case.officer.get(case.url, headers=english).text
    phone = case.author.get(case.report_url, headers=english).text

    for words in ("Write to the reporters", "Nobody has commented yet", f"Inspector {case.alias} has not answered yet"):
        assert words in desk
    for words in ("asks you", "Your answer", "I do not know", "You can answer until"):
        assert words in phone
    for chinese in ("留言", "问上报人", "回答", "不知道", "还没有答"):
        assert chinese not in desk + phone
