"""Which event is told to whom; what may be said outside; when nobody is woken."""

import inspect
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.desk import happenings
from inspection.kernel.calendar import BEIJING
from inspection.notifications import outgoing, rules
from inspection.notifications.outgoing import Facts
from inspection.notifications.quiet import NIGHT, Quiet
from inspection.notifications.rules import EVENTS, Audience, rule_for

HOURS = st.times().map(lambda one: one.replace(microsecond=0))
MOMENTS = st.integers(0, 700 * 24 * 60 * 60).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@pytest.mark.parametrize(
    ("name", "data", "audiences"),
    [
        ("ticket.dispatched", {}, {Audience.UNIT}),
        ("ticket.handled", {"late": True}, {Audience.DISTRICT}),
        ("ticket.failed", {}, {Audience.UNIT}),
        ("ticket.return_requested", {}, {Audience.DISTRICT}),
        ("ticket.extension_requested", {"extensions": 0}, {Audience.DISTRICT}),
        ("ticket.extension_requested", {"extensions": 1}, {Audience.CITY}),
        ("ticket.extension_requested", {}, {Audience.DISTRICT}),
        ("ticket.supervised", {}, {Audience.UNIT, Audience.DISTRICT}),
        ("ticket.instructed", {}, {Audience.UNIT, Audience.DISTRICT}),
        ("report.judged", {"satisfied": False}, {Audience.CITY}),
        ("report.assigned", {"to": "7c9e", "batch": None}, {Audience.COLLEAGUE}),
        ("notice.drafted", {}, {Audience.PUBLISHER}),
    ],
)
def test_who_is_told_by_hand(name, data, audiences):
    rule = rule_for(name, data)

    assert rule is not None and set(rule.audiences) == audiences


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ticket.accepted", {}),
        ("ticket.filed", {}),
        ("ticket.request_decided", {}),
        ("report.received", {}),
        ("report.filed", {}),
        ("report.declined", {}),
        ("report.judged", {"satisfied": True}),
        ("report.assigned", {"to": None, "batch": None}),
        ("task.asked", {}),
        ("identity.opened", {}),
        ("person.added", {}),
        ("anything.else", {}),
    ],
)
def test_of_these_nobody_is_told(name, data):
    assert rule_for(name, data) is None


def test_what_a_tickets_page_tells_has_a_rule_or_is_known_to_whoever_did_it():
    untold = {"ticket.filed", "ticket.accepted", "ticket.looked_back", "ticket.imported", "ticket.assist_accepted"}
    untold |= {"ticket.report_merged", "ticket.report_left", "ticket.rebound_undone"}
    untold |= {"ticket.notice_posted", "ticket.handed_over"}

    assert {name for name in EVENTS if name.startswith("ticket.")} == set(happenings.LINES) - untold


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_what_the_city_alone_may_know_is_told_to_the_city_and_stays_inside(name):
    rule = EVENTS[name]

    if name == "report.assigned":
        assert rule.inside and rule.audiences == (Audience.COLLEAGUE,) and not rule.for_groups
    elif name.startswith(("task.", "report.", "visit.", "draw.")):
        assert rule.inside and rule.audiences == (Audience.CITY,) and not rule.for_groups
    else:
        assert not rule.inside


def test_a_groups_news_is_the_offices_and_nobody_elses():
    told = {name for name, rule in EVENTS.items() if rule.for_groups}

    assert told == {name for name, rule in EVENTS.items() if set(rule.audiences) & {"district", "city"}} - {
        "task.done",
        "task.declined",
        "report.judged",
        "visit.received",
        "draw.unfilled",
    }


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_sentence_has_the_tickets_number_and_no_other_place_to_fill(name):
    assert re.findall(r"%\((\w+)\)", EVENTS[name].text) == (
        [] if name in {"notice.drafted", "report.assigned", "visit.received", "draw.unfilled"} else ["number"]
    )


ALL_THAT_GOES_OUT = Facts("DC-2611-0397", "street_clutter", "东城区东四街道", date(2026, 11, 30))


def test_what_goes_out_is_sentence_category_street_and_day():
    words = outgoing.words(rules.EVENTS["ticket.dispatched"].text, ALL_THAT_GOES_OUT, "街面乱堆乱放")

    assert words == (
        "【明察】DC-2611-0397 派给您单位，请签收。街面乱堆乱放，东城区东四街道，期限11月30日。请登录办公端查看。"
    )


def test_what_has_no_ticket_is_its_sentence_alone():
    words = outgoing.words("今天到期 %(today)s 件，超期 %(overdue)s 件", Facts(counts={"today": 2, "overdue": 1}), "")

    assert words == "【明察】今天到期 2 件，超期 1 件。请登录办公端查看。"


def test_facts_have_no_field_for_anybody_or_anything_else():
    assert set(inspect.signature(Facts).parameters) == {"number", "category", "place", "due", "counts"}


@pytest.mark.parametrize("facts", [ALL_THAT_GOES_OUT, Facts(), Facts(counts={"today": 2, "overdue": 0})])
def test_facts_are_kept_as_they_are(facts):
    assert outgoing.read(facts.stored()) == facts


def beijing(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, beijing(23, 20, 59), None),
        (NIGHT, beijing(23, 21), beijing(24, 8)),
        (NIGHT, beijing(23, 23, 59), beijing(24, 8)),
        (NIGHT, beijing(24, 0), beijing(24, 8)),
        (NIGHT, beijing(24, 7, 59), beijing(24, 8)),
        (NIGHT, beijing(24, 8), None),
        (Quiet(time(12), time(14)), beijing(23, 13), beijing(23, 14)),
        (Quiet(time(12), time(14)), beijing(23, 14), None),
        (Quiet(time(0), time(0)), beijing(23, 3), None),
    ],
)
def test_quiet_hours_by_hand(quiet, now, until):
    assert quiet.until(now) == until


@given(start=HOURS, end=HOURS, now=MOMENTS)
def test_when_quiet_hours_are_over_it_is_later_within_a_day_and_not_quiet(start, end, now):
    quiet = Quiet(start, end)
    over = quiet.until(now)

    if over is not None:
        assert now < over <= now + timedelta(days=1)
        assert quiet.until(over) is None
