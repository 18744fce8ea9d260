"""What an author may still say on a report's page: add something, judge the result; without scripts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.reports.models import Supplement
from inspection.tickets.models import Feedback
from inspection.tickets.workflow import State
from tests.make import Make, jpeg
from tests.web.browser import Browser, file, hidden, work

Open = Callable[..., Browser]


@pytest.fixture
def author(make: Make) -> Person:
    return make.inspector()


def closed(make: Make, author: Person, days_ago: int = 1) -> str:
    ticket = make.ticket(State.CLOSED, by=author, now=now() - timedelta(days=days_ago))
    return f"/phone/reports/{ticket.reports[0].report_id}"


def test_a_note_and_a_photo_are_added_and_shown(make: Make, author: Person, browser: Open) -> None:
    url, mine = f"/phone/reports/{make.report(author).id}", browser(author)
    given = {"supplement_id": hidden(mine.page(url))["supplement_id"], "note": "今早又多了一个柜子"}

    first = mine.send(f"{url}/supplements", given | {"photos": [file(jpeg(970))]}, page=url)
    again = mine.send(f"{url}/supplements", given | {"photos": [file(jpeg(970))]}, page=url)
    work()

    assert [(answer.status_code, answer.location) for answer in (first, again)] == [(303, url)] * 2
    assert len(db.session.scalars(db.select(Supplement)).all()) == 1
    page = mine.page(url)
    assert "您补充了 1 张照片" in page and "今早又多了一个柜子" in page
    pictures = [part.split('"')[0] for part in page.split('src="')[1:] if part.startswith("/pictures/")]
    assert [mine.get(picture).status_code for picture in pictures] == [200, 200]


def test_what_was_typed_is_kept_when_a_supplement_is_refused(make: Make, author: Person, browser: Open) -> None:
    url, mine = f"/phone/reports/{make.report(author).id}", browser(author)
    supplement_id = hidden(mine.page(url))["supplement_id"]
    given = {"supplement_id": supplement_id, "note": "今早又多了一个柜子"}

    refused = mine.send(f"{url}/supplements", given | {"photos": [file(b"<svg/>")]}, page=url)
    empty = mine.send(f"{url}/supplements", {"supplement_id": supplement_id, "note": " "}, page=url)
    stale = mine.send(f"{url}/supplements", {"supplement_id": "nonsense", "note": "有"}, page=url)

    assert refused.status_code == 415 and "今早又多了一个柜子</textarea>" in refused.text
    assert 'id="more-photos-wrong">' in refused.text and supplement_id in refused.text
    assert empty.status_code == 422 and "请写一句，或选一张照片" in empty.text
    assert stale.status_code == 422 and "这页开得太久了" in stale.text
    assert db.session.scalars(db.select(Supplement)).all() == []


def test_once_it_is_filed_there_is_no_form_and_a_late_one_is_refused(make: Make, author: Person, browser: Open) -> None:
    ticket = make.ticket(State.FILED, by=author, now=now())
    url, mine = f"/phone/reports/{ticket.reports[0].report_id}", browser(author)

    late = mine.send(f"{url}/supplements", {"supplement_id": str(ticket.id), "note": "还有一处"}, page="/phone/me")

    assert "/supplements" not in mine.page(url)
    assert late.status_code == 409 and "已经有了处理结果，不能再补充" in late.text
    assert "您填的：想补充的话：还有一处" in late.text


def test_a_closed_matter_is_told_with_thanks_and_a_question(make: Make, author: Person, browser: Open) -> None:
    url, mine = closed(make, author), browser(author)

    asked = mine.page(url)
    answer = mine.send(f"{url}/feedback", {"satisfied": "yes"}, page=url)

    assert "谢谢您报的这一处" in asked and "改得怎么样？" in asked
    assert (answer.status_code, answer.location) == (303, url)
    said = mine.page(url)
    assert "您说：满意" in said and "改得怎么样？" not in said and "以前可以改" in said


def test_who_is_not_satisfied_says_why_with_a_picture(make: Make, author: Person, browser: Open) -> None:
    url, mine = closed(make, author), browser(author)

    refused = mine.send(f"{url}/feedback", {"satisfied": "no", "reason": " "}, page=url)
    wrong = mine.send(f"{url}/feedback", {"satisfied": "no", "reason": "墙角还有", "photos": [file(b"x")]}, page=url)
    taken = mine.send(
        f"{url}/feedback", {"satisfied": "no", "reason": "墙角还有", "photos": [file(jpeg(971))]}, page=url
    )

    assert refused.status_code == 422 and "请说一句哪里没有改好" in refused.text
    assert wrong.status_code == 422 and "墙角还有</textarea>" in wrong.text and 'id="judge-photos-wrong">' in wrong.text
    assert taken.status_code == 303
    page = mine.page(url)
    assert "您说：不满意" in page and "墙角还有" in page
    feedback = db.session.scalars(db.select(Feedback)).one()
    assert feedback.waits and feedback.manifest and len(feedback.manifest.photos) == 1


def test_after_thirty_days_the_result_stays_and_the_question_goes(make: Make, author: Person, browser: Open) -> None:
    url, mine = closed(make, author, days_ago=40), browser(author)

    late = mine.send(f"{url}/feedback", {"satisfied": "yes"}, page="/phone/me")

    assert "谢谢您报的这一处" in mine.page(url) and "/feedback" not in mine.page(url)
    assert late.status_code == 409 and "问题还在，请再报一次" in late.text


def test_another_inspector_finds_nothing_to_answer(make: Make, author: Person, browser: Open) -> None:
    url, other = closed(make, author), browser(make.inspector())

    answers = [
        other.send(f"{url}/feedback", {"satisfied": "yes"}),
        other.send(f"{url}/supplements", {"note": "还有"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
