"""课程 at the desk: written page by page, looked at, published and published anew."""

import io
import re
from collections.abc import Callable
from typing import Any

from inspection.kernel.db import db
from inspection.training import lessons, passing
from inspection.training.models import Lesson, LessonVersion
from tests.make import Make, jpeg
from tests.training.lessons_of import answer, published
from tests.web.browser import Browser

Open = Callable[..., Browser]
LIST = "/desk/lessons"

WRITTEN = {
    "pages": "1",
    "questions": "1",
    "enough": "1",
    "page.0.title": "不争执",
    "page.0.text": "有人拦您，\r\n转身走开。",
    "question.0.text": "怎么办？",
    "question.0.options.0": "走开",
    "question.0.options.2": "争执",
    "question.0.right": "0",
    "question.0.why": "安全要紧。",
}


def begun(mine: Browser, title: str = "新课") -> str:
    sent = mine.send(LIST, {"title": title}, page=LIST)
    assert sent.status_code == 303
    return str(sent.location)


def save(mine: Browser, url: str, seen: int, do: str = "save", **more: Any) -> Any:
    return mine.send(url, WRITTEN | {"seen": str(seen), "do": do} | more, page=url)


def content() -> lessons.Lesson:
    db.session.expire_all()
    newest = db.session.scalars(db.select(LessonVersion).order_by(LessonVersion.changed_at.desc())).first()
    assert newest
    return lessons.load(newest.content)


def test_a_lesson_is_written_looked_at_and_published(make: Make, browser: Open) -> None:
    mine, person = browser(make.city()), make.inspector()
    url = begun(mine)

    looked = save(mine, url, 0, "preview")
    preview = mine.page(looked.location)
    sent = save(mine, url, 1, "publish")

    assert "转身走开。" in preview and "（对）" in preview
    assert sent.status_code == 303
    held = content()
    assert held.pages[0].text.zh == "有人拦您，\n转身走开。"
    assert [(one.text.zh, one.right) for one in held.questions[0].options] == [("走开", True), ("争执", False)]
    assert "新课" in browser(person).page("/phone/lessons")
    assert mine.get(url).location == f"{url}/preview"


def test_what_is_not_ready_is_said_beside_its_field_and_stays_as_typed(make: Make, browser: Open) -> None:
    mine = browser(make.city())
    url = begun(mine)

    answered = save(mine, url, 0, "publish", **{"question.0.right": "", "page.0.title": ""})

    assert answered.status_code == 422 and "还不能发布" in answered.text
    assert "还没有勾哪个答案对" in answered.text and "这一页还没有标题" in answered.text
    assert "转身走开。" in answered.text
    assert db.session.query(LessonVersion).filter_by(published_at=None).count() == 1


def test_buttons_add_move_and_take_away_and_keep_what_was_typed(make: Make, browser: Open) -> None:
    mine = browser(make.city())
    url = begun(mine)

    save(mine, url, 0, "add-page")
    assert [page.title.zh for page in content().pages] == ["不争执", ""]
    second = {"pages": "2", "page.1.title": "第二", "page.1.text": "字"}
    save(mine, url, 1, "up-page:1", **second)
    assert [page.title.zh for page in content().pages] == ["第二", "不争执"]
    save(mine, url, 2, "remove-page:0", **second)
    assert [page.title.zh for page in content().pages] == ["第二"]
    save(mine, url, 3, "add-question")
    assert len(content().questions) == 2


def test_a_picture_is_taken_in_shown_and_taken_away(make: Make, browser: Open) -> None:
    mine, person = browser(make.city()), make.inspector()
    url = begun(mine)

    save(mine, url, 0, **{"page.0.file": (io.BytesIO(jpeg(3)), "a.jpg")})
    picture = content().pages[0].picture
    assert picture and f"/pictures/examples/{picture}.jpg" in mine.page(url)
    assert browser(person).get(f"/pictures/examples/{picture}.jpg").status_code == 200
    save(mine, url, 1, **{"page.0.picture": picture, "page.0.without": "yes"})

    assert content().pages[0].picture is None


def test_what_is_no_picture_is_refused_and_nothing_typed_is_lost(make: Make, browser: Open) -> None:
    mine = browser(make.city())
    url = begun(mine)

    answered = save(mine, url, 0, **{"page.0.file": (io.BytesIO(b"<svg/>"), "a.svg")})

    assert answered.status_code in {415, 422} and "转身走开。" in answered.text


def test_a_new_version_that_asks_to_be_passed_again_is_learned_again(make: Make, browser: Open) -> None:
    city, person = make.city(), make.inspector()
    old = published(city)
    answer(old, person)
    mine = browser(city)

    sent = mine.send(f"{LIST}/versions/{old.id}/drafting", page=f"{LIST}/{old.lesson_id}")
    save(mine, sent.location, 0, "publish", again="yes")

    db.session.expire_all()
    assert not passing.trained(person)
    assert "有新内容，请再学一次" in browser(person).page("/phone/lessons")
    assert "学过旧版的要再学" in mine.page(f"{LIST}/{old.lesson_id}")


def test_whoever_is_second_is_told_and_keeps_what_was_typed(make: Make, browser: Open) -> None:
    mine = browser(make.city())
    url = begun(mine)
    save(mine, url, 0)

    answered = save(mine, url, 0, **{"page.0.text": "我写的"})

    assert answered.status_code == 409 and "别人也改了" in answered.text and "我写的" in answered.text


def test_a_lesson_is_renamed_made_optional_put_out_of_use_and_moved(make: Make, browser: Open) -> None:
    city = make.city()
    version, mine = published(city), browser(city)
    url = f"{LIST}/{version.lesson_id}"

    mine.send(url, {"title": "改了名", "active": "yes"}, page=url)
    mine.send(f"{url}/up", page=LIST)
    wrong = mine.send(url, {"title": "", "needed": "yes"}, page=url)

    db.session.expire_all()
    lesson = db.session.get_one(Lesson, version.lesson_id)
    assert (lesson.title, lesson.needed, lesson.active, lesson.position) == ("改了名", False, True, 5)
    assert wrong.status_code == 422 and "请写这一课的名字" in wrong.text


def test_a_thrown_away_draft_is_gone(make: Make, browser: Open) -> None:
    mine = browser(make.city())
    url = begun(mine, "不要了")

    sent = mine.send(f"{url}/discarding", page=url)

    assert sent.location == LIST and "不要了" not in mine.page(LIST)
    assert mine.get(url).status_code == 404


def test_the_list_counts_who_passed_and_how_often_it_was_handed_in_but_names_nobody(make: Make, browser: Open) -> None:
    city, person = make.city(), make.inspector(name="安宁")
    answer(published(city), person)

    page = browser(city).page(LIST)

    [line] = [one for one in re.findall(r"<tr>.*?</tr>", page, re.S) if "安全</b>" in one]
    assert "1 人" in line and "必学" in line
    assert "安宁" not in page
