"""学习 on the phone: a page a screen, a question a screen, a result in plain words, and again at once."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.training import passing
from inspection.training.models import LessonTry
from tests.make import Make
from tests.training.lessons_of import answer, published, revised
from tests.web.browser import Browser

Open = Callable[..., Browser]


def quiz_of(version: object) -> str:
    return f"/phone/lessons/{version.lesson_id}"  # type: ignore[attr-defined]


def hand_in(mine: Browser, version: object, **chosen: object) -> object:
    return mine.send(f"{quiz_of(version)}/quiz", {"version": version.id} | chosen)  # type: ignore[attr-defined]


def test_the_list_says_what_waits_and_what_is_passed(make: Make, browser: Open) -> None:
    city, person = make.city(), make.inspector()
    done = published(city, title="学过的课")
    published(city, title="没学的课")
    answer(done, person)

    page = browser(person).page("/phone/lessons")

    assert "还有 1 课，学完才去暗访" in page
    lines = {title: line for title in ("学过的课", "没学的课") for line in page.split("<li>") if title in line}
    assert "学过了" in lines["学过的课"] and "还没学" in lines["没学的课"]


def test_a_lesson_is_walked_page_by_page_and_question_by_question(make: Make, browser: Open) -> None:
    version, mine = published(make.city()), browser(make.inspector())

    first = mine.page(f"{quiz_of(version)}/pages/1")
    question = mine.page(f"{quiz_of(version)}/questions/1")
    second = mine.page(f"{quiz_of(version)}/questions/2?q0=0")

    assert "不争执" in first and "看完了，答题" in first
    assert 'type="radio"' in question and "第 1 题，共 2 题" in question
    assert 'type="checkbox"' in second and '<input type="hidden" name="q0" value="0">' in second
    assert mine.get(f"{quiz_of(version)}/pages/2").status_code == 404


def test_right_answers_pass_and_the_result_says_so(make: Make, browser: Open) -> None:
    version, person = published(make.city()), make.inspector()
    mine = browser(person)

    sent = hand_in(mine, version, q0="0", q1=["0", "1"])
    page = mine.page(sent.location)  # type: ignore[attr-defined]

    assert "学会了" in page and "2 道题，答对 2 道" in page
    assert passing.trained(db.session.get_one(Person, person.id))


def test_wrong_answers_are_explained_and_one_may_try_again_at_once(make: Make, browser: Open) -> None:
    version, person = published(make.city()), make.inspector()
    mine = browser(person)

    sent = hand_in(mine, version, q0="1", q1=["0", "1"])
    page = mine.page(sent.location)  # type: ignore[attr-defined]

    assert "差一点" in page and "再答一次" in page and "应选：走开" in page and "您的安全要紧" in page
    assert not passing.trained(db.session.get_one(Person, person.id))


def test_the_result_page_by_itself_passes_nobody(make: Make, browser: Open) -> None:
    version, person = published(make.city()), make.inspector()

    browser(person).page(f"{quiz_of(version)}/result?q0=0&q1=0&q1=1")

    assert not passing.trained(db.session.get_one(Person, person.id))
    assert db.session.scalars(db.select(LessonTry)).all() == []


@pytest.mark.parametrize("chosen", [{}, {"q0": "0"}, {"q0": "9", "q1": "0"}, {"q0": "x", "q1": "0"}])
def test_a_question_without_an_answer_is_asked_again_and_nothing_is_lost(
    make: Make, browser: Open, chosen: dict[str, str]
) -> None:
    version, mine = published(make.city()), browser(make.inspector())

    answered = hand_in(mine, version, **chosen)

    assert answered.status_code == 422 and "这一题还没选" in answered.text  # type: ignore[attr-defined]
    for name, place in chosen.items():
        if place == "0":
            page = answered.text  # type: ignore[attr-defined]
            assert f'name="{name}" value="{place}"' in page
    assert db.session.scalars(db.select(LessonTry)).all() == []


def test_going_back_keeps_what_was_chosen(make: Make, browser: Open) -> None:
    version, mine = published(make.city()), browser(make.inspector())

    second = mine.page(f"{quiz_of(version)}/questions/2?q0=1&q1=0&q1=2")
    back = unescape(re.findall(r'<a class="btn grow" href="([^"]+)"', second)[0])

    assert parse_qs(urlsplit(back).query) == {"q0": ["1"]}
    assert re.search(r'value="1" checked', mine.page(back))


def test_a_lesson_that_changed_while_one_learned_is_read_again_first(make: Make, browser: Open) -> None:
    city, person = make.city(), make.inspector()
    old = published(city)
    revised(old, city, again=True)

    refused = hand_in(browser(person), old, q0="0", q1=["0", "1"])

    assert refused.status_code == 409 and "这一课刚换了新内容" in refused.text  # type: ignore[attr-defined]


def test_the_session_tells_the_home_page_how_many_lessons_wait(make: Make, browser: Open) -> None:
    version, person = published(make.city()), make.inspector()
    mine = browser(person)
    unit = make.unit()

    assert mine.get("/api/v1/session").json["lessons_waiting"] == 1
    assert "还有 1 课" in mine.page("/phone/me")
    answer(version, person)
    assert mine.get("/api/v1/session").json["lessons_waiting"] == 0
    assert browser(make.handler(unit)).get("/api/v1/session").json["lessons_waiting"] == 0


def test_a_reader_of_english_gets_the_starters_in_english(make: Make, browser: Open) -> None:
    mine = browser(make.inspector())
    mine.client.set_cookie("lang", "en")
    found = re.search(r'href="(/phone/lessons/[^"]+/pages/1)"', mine.page("/phone/lessons"))
    assert found

    assert "First from afar, then from near" in mine.page(found[1])
