"""消息, 怎样通知我, 提醒与催办 and 外发: what each page shows, and what its buttons do."""

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from flask import Flask

from inspection.desk.messages import PAGE
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.notifications import service as messages
from inspection.notifications import table
from inspection.notifications.channels import Channel, Ways
from inspection.notifications.deliveries import News
from inspection.notifications.models import Delivery, DeliveryState, Message, Preference, ReminderRow
from inspection.notifications.outgoing import Facts
from inspection.people.access import Role
from inspection.people.models import Person
from inspection.tickets import requests
from inspection.tickets.models import ReturnGround, Ticket
from inspection.tickets.workflow import State
from tests.make import Make
from tests.web.browser import Browser

Open = Callable[..., Browser]
INBOX = "/desk/messages"
TABLE = "/desk/reminders"


def told(person: Person, *texts: str) -> None:
    """The person has been told, each a minute later than the one before."""
    start = now() - timedelta(hours=2)
    for number, text in enumerate(texts):
        news = News(f"test:{number}", "test", text, Facts(), None, start + timedelta(minutes=number))
        with writing():
            messages.tell(news, [db.session.get_one(Person, person.id)], ways=None, now=now())


def unread(person: Person) -> list[str]:
    db.session.rollback()
    mine = db.select(Message.text).where(Message.person_id == person.id, Message.read_at.is_(None))
    return sorted(db.session.scalars(mine))


def message_ids(person: Person) -> list[str]:
    db.session.rollback()
    mine = db.select(Message.id).where(Message.person_id == person.id).order_by(Message.at)
    return [str(one) for one in db.session.scalars(mine)]


def handler_with_ticket(make: Make) -> tuple[Person, Ticket]:
    unit = make.unit()
    ticket = make.ticket(State.DISPATCHED, unit=unit, now=now() - timedelta(hours=1))
    messages.read_events(ways=Ways(), now=now())
    return db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one(), ticket


def test_the_bar_says_how_many_are_not_read_and_the_page_which(app: Flask, make: Make) -> None:
    handler, ticket = handler_with_ticket(make)

    page = Browser(app, handler).page(INBOX)

    assert re.search(r'<a href="/desk/messages" aria-current="page">消息 <b>1</b></a>', page)
    assert f"{ticket.number} 派给您单位，请签收" in page
    assert "<span>街面乱堆乱放</span><span>东城区东四街道</span><span>期限 " in page
    assert "没看的 1 条" in page and page.count("data-unread") == 1


def test_an_empty_inbox_says_what_will_be_there(app: Flask, make: Make) -> None:
    page = Browser(app, make.city()).page(INBOX)

    assert "还没有消息" in page and "全部标为看过" not in page


def test_opening_a_message_leads_to_its_ticket_and_marks_it_read(app: Flask, make: Make) -> None:
    handler, ticket = handler_with_ticket(make)
    mine = Browser(app, handler)

    answer = mine.send(f"{INBOX}/{message_ids(handler)[0]}/reading", {"open": "1"})

    assert (answer.status_code, answer.location) == (303, f"/desk/tickets/{ticket.id}")
    assert unread(handler) == []
    assert "消息 <b>" not in mine.page(INBOX)


def test_what_was_given_in_one_go_is_one_message_that_leads_to_those_given_to_oneself(app: Flask, make: Make) -> None:
    officer, colleague = make.officer(), make.officer()
    reports = [make.report(now=now() - timedelta(hours=one)) for one in (1, 2, 3)]
    choice = {"report": [str(one.id) for one in reports[:2]], "action": "give", "person": str(colleague.id)}
    Browser(app, officer).send("/desk/triage/bulk", choice | {"sure": "yes"})
    messages.read_events(ways=Ways(), now=now())

    mine = Browser(app, colleague)
    page = mine.page(INBOX)
    answer = mine.send(f"{INBOX}/{message_ids(colleague)[0]}/reading", {"open": "1"})

    assert "有 2 条线索分给您，请看" in page and "看分给我的" in page
    assert page.count("data-unread") == 1
    assert (answer.status_code, answer.location) == (303, "/desk/triage?whose=mine")
    assert message_ids(officer) == []


def test_one_message_is_marked_read_and_the_others_are_not(app: Flask, make: Make) -> None:
    officer = make.officer()
    told(officer, "一", "二", "三")

    answer = Browser(app, officer).send(f"{INBOX}/{message_ids(officer)[1]}/reading")

    assert (answer.status_code, answer.location) == (303, INBOX)
    assert unread(officer) == ["一", "三"]


def test_anothers_message_looks_like_none(app: Flask, make: Make) -> None:
    officer, other = make.officer(), make.officer()
    told(officer, "一")

    answer = Browser(app, other).send(f"{INBOX}/{message_ids(officer)[0]}/reading", {"open": "1"})

    assert answer.status_code == 404
    assert unread(officer) == ["一"]


def test_all_that_was_shown_is_marked_read_and_what_came_since_is_not(app: Flask, make: Make) -> None:
    officer, other = make.officer(), make.officer()
    told(officer, "一", "二")
    told(other, "别人的")
    mine = Browser(app, officer)
    until = re.search(r'name="until" value="([^"]+)"', mine.page(INBOX))
    with writing():
        news = News("test:new", "test", "刚来的", Facts(), None, now())
        messages.tell(news, [db.session.get_one(Person, officer.id)], ways=None, now=now())

    answer = mine.send(f"{INBOX}/reading", {"until": until[1] if until else ""})

    assert answer.status_code == 303
    assert (unread(officer), unread(other)) == (["刚来的"], ["别人的"])


@pytest.mark.parametrize("until", ["", "nonsense"])
def test_all_is_never_marked_read_without_saying_until_where(app: Flask, make: Make, until: str) -> None:
    officer = make.officer()
    told(officer, "一")

    assert Browser(app, officer).send(f"{INBOX}/reading", {"until": until}).status_code == 422
    assert unread(officer) == ["一"]


def test_more_messages_than_a_page_holds_are_on_the_next(app: Flask, make: Make) -> None:
    officer = make.officer()
    told(officer, *(f"第{number}条" for number in range(PAGE + 3)))
    mine = Browser(app, officer)

    first = mine.page(INBOX)
    further = re.search(r'href="(/desk/messages\?cursor=[^"]+)" rel="next"', first)
    second = mine.page(further[1] if further else "")

    shown = [re.findall(r"第\d+条", page) for page in (first, second)]
    assert [len(one) for one in shown] == [PAGE, 3]
    assert not set(shown[0]) & set(shown[1])
    assert "回到最前" in second and "全部标为看过" not in second


def test_a_ticket_that_was_given_back_is_told_of_but_not_opened(app: Flask, make: Make) -> None:
    handler, ticket = handler_with_ticket(make)
    officer = make.officer()
    with writing():
        requests.request_return(
            db.session.get_one(Ticket, ticket.id),
            ground=ReturnGround.DUTY,
            text="不归我们",
            by=db.session.get_one(Person, handler.id),
            now=now(),
        )
    with writing():
        by, mine = db.session.get_one(Person, officer.id), db.session.get_one(Ticket, ticket.id)
        requests.decide_return(mine, granted=True, reason="", by=by, now=now())
    messages.read_events(ways=Ways(), now=now())

    page = Browser(app, handler).page(INBOX)

    assert f"{ticket.number} 同意退单" in page and "看案卷" not in page


def test_the_mornings_digest_leads_to_what_is_in_hand(app: Flask, make: Make) -> None:
    unit = make.unit()
    make.ticket(State.DISPATCHED, unit=unit, now=now() - timedelta(days=60))
    messages.digest(ways=Ways(), now=now())
    handler = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
    mine = Browser(app, handler)

    page = mine.page(INBOX)
    answer = mine.send(f"{INBOX}/{message_ids(handler)[0]}/reading", {"open": "1"})

    assert "今天到期 0 件，超期 1 件" in page and "看待办" in page
    assert answer.location == "/desk/tickets?view=in_hand"


def test_how_somebody_wants_to_be_told_is_kept(app: Flask, make: Make) -> None:
    officer = make.officer()
    mine = Browser(app, officer)
    given = {"email": "chen@example.cn", "by_sms": "1", "quiet_from": "22:30", "quiet_until": "07:00"}

    answer = mine.send(f"{INBOX}/preferences", given)

    assert answer.status_code == 303
    assert "记下了" in mine.page(answer.location)
    kept = db.session.get_one(Preference, officer.id)
    assert (kept.email, kept.sms, kept.quiet_from, kept.quiet_until) == (False, True, time(22, 30), time(7))
    assert db.session.get_one(Person, officer.id).email == "chen@example.cn"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"email": "chen"}, "email"), ({"quiet_from": ""}, "quiet_from"), ({"quiet_until": "x"}, "quiet_until")],
)
def test_what_is_wrong_with_a_choice_is_said_at_its_field(
    app: Flask, make: Make, wrong: dict[str, str], field: str
) -> None:
    given = {"email": "chen@example.cn", "by_email": "1", "quiet_from": "21:00", "quiet_until": "08:00"} | wrong

    answer = Browser(app, make.officer()).send(f"{INBOX}/preferences", given)

    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert db.session.scalars(db.select(Preference)).all() == []


def row(row_id: int) -> ReminderRow:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ReminderRow, row_id)


def test_the_rows_of_a_new_office_say_that_they_are_defaults(app: Flask, make: Make) -> None:
    page = Browser(app, make.person(Role.ADMIN)).page(TABLE)

    assert page.count("默认值，可修改") == 7
    assert "到期提醒" in page and "超期催办" in page and "单位负责人" in page


def test_a_row_is_edited_audited_and_no_default_any_more(app: Flask, make: Make, events) -> None:
    admin = make.person(Role.ADMIN)
    mine = Browser(app, admin)

    answer = mine.send(f"{TABLE}/1", {"side": "before", "days": "2", "enabled": "1"})

    assert answer.status_code == 303
    assert (row(1).days, row(1).enabled) == (-2, True)
    assert mine.page(TABLE).count("默认值，可修改") == 6
    [event] = events("reminder.changed")
    assert event.actor == admin.audit_ref and '"before":{"days":-1,"enabled":true}' in event.data


@pytest.mark.parametrize(
    ("side", "number", "days"), [("before", "3", -3), ("on", "3", 0), ("after", "3", 3), ("before", "0", 0)]
)
def test_a_reminder_is_before_on_or_after_the_day(app: Flask, make: Make, side: str, number: str, days: int) -> None:
    Browser(app, make.person(Role.ADMIN)).send(f"{TABLE}/1", {"side": side, "days": number, "enabled": "1"})

    assert row(1).days == days


def test_a_row_that_is_switched_off_is_no_step_any_more(app: Flask, make: Make) -> None:
    mine = Browser(app, make.person(Role.ADMIN))

    mine.send(f"{TABLE}/7", {"days": "5"})

    assert not row(7).enabled
    assert [step.id for step in table.steps()] == [1, 2, 3, 4, 5, 6]


def test_a_row_that_says_the_same_stays_a_default(app: Flask, make: Make, events) -> None:
    mine = Browser(app, make.person(Role.ADMIN))

    mine.send(f"{TABLE}/6", {"days": "3", "enabled": "1"})

    assert row(6).changed_at is None and events("reminder.changed") == []


@pytest.mark.parametrize(
    ("row_id", "given"),
    [
        (1, {"side": "before", "days": "61"}),
        (1, {"side": "before", "days": ""}),
        (1, {"side": "before", "days": "1.5"}),
        (1, {"side": "before", "days": "٣"}),
        (6, {"side": "before", "days": "1"}),
        (6, {"days": "99999999999"}),
    ],
)
def test_what_is_wrong_in_a_row_is_said_in_it(app: Flask, make: Make, row_id: int, given: dict[str, str]) -> None:
    before = row(row_id).days

    answer = Browser(app, make.person(Role.ADMIN)).send(f"{TABLE}/{row_id}", given | {"enabled": "1"})

    assert answer.status_code == 422
    assert f'id="wrong-{row_id}"' in answer.text
    assert row(row_id).days == before


def test_a_row_that_does_not_exist_is_not_found(app: Flask, make: Make) -> None:
    assert Browser(app, make.person(Role.ADMIN)).send(f"{TABLE}/99", {"days": "1"}).status_code == 404


def failed(person: Person, error: str = "SMTP 550") -> Delivery:
    with writing():
        delivery = Delivery(
            key="event:1",
            channel=Channel.EMAIL,
            recipient=str(person.id),
            person_id=person.id,
            text="%(number)s 列为督办",
            facts=Facts("DC-2611-0001", "street_clutter", "东城区东四街道").stored(),
            state=DeliveryState.FAILED,
            attempts=6,
            created_at=now(),
            next_at=now(),
            error=error,
        )
        db.session.add(delivery)
    return delivery


@pytest.mark.parametrize(
    ("error", "words"), [("SMTP 550", "SMTP 550"), ("ConnectionRefusedError", "连不上服务器"), ("HTTP 502", "HTTP 502")]
)
def test_an_administrator_sees_what_failed_and_why_but_no_address(
    app: Flask, make: Make, error: str, words: str
) -> None:
    officer = make.officer()
    failed(officer, error)

    page = Browser(app, make.person(Role.ADMIN)).page("/desk/deliveries")

    assert "DC-2611-0001 列为督办" in page and words in page and officer.name in page
    assert "外发 <b>1</b>" in page
    assert officer.phone not in page


def test_what_failed_is_sent_again(app: Flask, make: Make) -> None:
    delivery = failed(make.officer())
    mine = Browser(app, make.person(Role.ADMIN))

    answer = mine.send(f"/desk/deliveries/{delivery.id}/sending")

    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Delivery, delivery.id).state is DeliveryState.WAITING
    assert "DC-2611-0001" in mine.page(answer.location)
    assert mine.send(f"/desk/deliveries/{delivery.id}/sending").status_code == 409


@pytest.mark.parametrize("state", ["failed", "waiting", "sent", "nonsense", ""])
def test_a_view_without_deliveries_says_so(app: Flask, make: Make, state: str) -> None:
    page = Browser(app, make.person(Role.ADMIN)).page(f"/desk/deliveries?state={state}")

    assert "这里没有外发" in page and "还没有开通：邮件、短信、企业微信群" in page
