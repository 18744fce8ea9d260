"""One visit as whoever reviews it sees it: answers and proofs, the arithmetic, what stands out, the one before."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.checks import brought, gathering, reviews, scoring
from inspection.checks.content import Answer, Item, load_answers
from inspection.checks.exact import short
from inspection.checks.models import Outcome, Visit, VisitRecord
from inspection.checks.reviews import GROUND_WORDS, Ground
from inspection.checks.scoring import ItemScore
from inspection.checks.workflow import STATE_NAMES, Action, VisitState, open_moves
from inspection.desk.plan_results import version_name
from inspection.geography import service as geography
from inspection.geography.points import Point, distance_m
from inspection.kernel.text import N_
from inspection.people import visiting
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.web import language
from inspection.web.page import day_words, distance_words, half_day_words, picture_url, site_type_name

MARKS = {
    VisitState.WAITING: "received",
    VisitState.DECLINED: "declined",
    VisitState.RECEIVED: "handled",
    VisitState.ASKED: "handling",
    VisitState.ACCEPTED: "closed",
    VisitState.REJECTED: "void",
    VisitState.EXPIRED: "overdue",
    VisitState.WITHDRAWN: "withdrawn",
}
OUTCOMES = {Outcome.CLOSED: N_("地方关门，没有检查成"), Outcome.NOT_FOUND: N_("没有找到地方")}
A_MINUTE = 60


def opened(visit: Visit, person: Person, link: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the page says about the visit that is opened."""
    records = brought.records(visit)
    first = records[0] if records else None
    before = gathering.previous(visit, first) if first else None
    outcome = brought.outcome(visit)
    score = brought.scored(visit)
    moves = {
        rule.action
        for rule in open_moves(visit.state, asked=visit.asked_at is not None, released=reviews.released(visit))
    }
    own = visiting.holds(person, visit.id)
    return {
        "visit": _facts(visit, records),
        "outcome": _(OUTCOMES[outcome]) if outcome in OUTCOMES else "",
        "notes": [one.note for one in records if one.note],
        "arrivals": [_arrival(visit, one) for one in records],
        "sums": [language.told(line) for line in scoring.lines(score)] if outcome is Outcome.DONE else [],
        "total": str(score.total) if outcome is Outcome.DONE and score.total is not None else "",
        "items": _items(visit, score.whole.items, before) if outcome is Outcome.DONE else [],
        "photos": _photos(visit, records),
        "flags": [language.told(flag.words) for flag in reviews.flags(visit)],
        "checking": visit.flags is None and visit.state is VisitState.RECEIVED,
        "before": _before(before) if before else None,
        "place": {"lat": visit.site.lat, "lng": visit.site.lng, "accuracy_m": None},
        "near": _near(first),
        "may": {}
        if own
        else {action.value: True for action in (Action.ACCEPT, Action.ASK, Action.REJECT) if action in moves},
        "own": own,
        "decided": _decided(visit),
        "accept_url": url_for("desk.accept_visit", visit_id=visit.id, **link),
        "ask_url": url_for("desk.ask_visit", visit_id=visit.id, **link),
        "reject_url": url_for("desk.reject_visit", visit_id=visit.id, **link),
        "outlines_url": url_for("desk.outlines"),
    }


def _facts(visit: Visit, records: Sequence[VisitRecord]) -> dict[str, Any]:
    site = visit.site
    return {
        "id": visit.id,
        "site": site.name,
        "site_url": url_for("desk.site", site_id=site.id),
        "where": _(
            "%(district)s · %(type)s",
            district=geography.current_atlas().district(site.district_code).short,
            type=site_type_name(site.type_code),
        ),
        "alias": _("督查员·%(alias)s", alias=visit.alias),
        "plan": visit.plan.name,
        "plan_url": url_for("desk.plan", plan_id=visit.plan_id),
        "checklist": version_name(visit.checklist_version),
        "state": MARKS[visit.state],
        "state_words": _(STATE_NAMES[visit.state]),
        "when": half_day_words(records[0].arrived_at) if records else "",
        "second": visit.second,
        "asked_text": visit.asked_text or "",
        "asked_on": day_words(visit.asked_at),
    }


def _arrival(visit: Visit, record: VisitRecord) -> dict[str, Any]:
    """How far off they were on arrival, why, and how long they stayed."""
    minutes = max(round((record.finished_at - record.arrived_at).total_seconds() / A_MINUTE), 0)
    known = record.lat is not None and record.lng is not None
    metres = distance_m(Point(visit.site.lat, visit.site.lng), Point(record.lat or 0.0, record.lng or 0.0))
    return {
        "distance": _("到达时离点位 %(distance)s", distance=distance_words(metres)) if known else _("到达时没有位置"),
        "far": not known or metres > visit.plan.far_m,
        "why": record.far_reason or "",
        "stay": _("用了 %(minutes)s 分钟", minutes=minutes),
        "received": day_words(record.received_at),
    }


def _near(record: VisitRecord | None) -> list[dict[str, Any]]:
    """Where the phone was, as a mark on the map."""
    if record is None or record.lat is None or record.lng is None:
        return []
    return [{"number": 1, "lat": record.lat, "lng": record.lng, "title": _("到达的位置"), "state": "handling"}]


def _items(visit: Visit, scores: Sequence[ItemScore], before: Visit | None) -> list[dict[str, Any]]:
    """Each item with its answer, what it comes to, its proofs, and what was answered the time before."""
    given = brought.given(visit)
    voices = _voices(visit)
    asked = {item.key: item for item in brought.content(visit).items}
    earlier = _earlier(before)
    return [
        {
            "key": one.key,
            "number": number,
            "text": one.text,
            "critical": one.critical,
            "verdict": one.verdict.value,
            "why": language.told(one.why),
            "points": _("%(earned)s/%(possible)s", earned=short(one.earned), possible=one.possible)
            if one.possible
            else "",
            "said": given[one.key].answer.text if one.key in given else "",
            "note": given[one.key].answer.note if one.key in given else "",
            "photos": [
                _picture(photo, _("第 %(number)s 项", number=number))
                for photo in (given[one.key].photos if one.key in given else ())
            ],
            "voices": voices.get(one.key, []),
            "asked": one.key in (visit.asked_items or ()),
            "before": earlier(asked[one.key]) if one.key in asked else "",
        }
        for number, one in enumerate(scores, 1)
    ]


def _earlier(before: Visit | None) -> Any:
    """What the visit before answered to an item, in words; nothing where it was not asked."""
    given = {answer.key: answer for answer in brought.answers(before)} if before else {}

    def told(item: Item) -> str:
        answer: Answer | None = given.get(item.key)
        return language.told(scoring.judge(item, answer)[1]) if answer else ""

    return told


def _voices(visit: Visit) -> dict[str, list[dict[str, str]]]:
    """By item its voice notes; a later record adds to an earlier one's."""
    found: dict[str, list[dict[str, str]]] = {}
    for record in brought.records(visit):
        notes = {note.position: note for note in record.manifest.recordings}
        for answer in load_answers(record.answers):
            found.setdefault(answer.key, []).extend(
                {
                    "url": url_for("recordings.recording", recording_id=notes[at].id),
                    "text": _("语音说明，%(seconds)s 秒", seconds=notes[at].seconds),
                }
                for at in answer.voice
                if at in notes
            )
    return found


def _photos(visit: Visit, records: Sequence[VisitRecord]) -> list[dict[str, Any]]:
    """Every picture, those that belong to an item under its number."""
    numbers = {item.key: number for number, item in enumerate(brought.content(visit).items, 1)}
    found = []
    for record in records:
        item_of = {at: answer.key for answer in load_answers(record.answers) for at in answer.photos}
        for photo in record.manifest.photos:
            key = item_of.get(photo.position)
            label = _("第 %(number)s 项", number=numbers[key]) if key in numbers else _("现场")
            found.append(_picture(photo, label))
    return found


def _picture(photo: Photo, label: str) -> dict[str, Any]:
    return {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": label, "label": label}


def _before(visit: Visit) -> dict[str, str]:
    """The visit before, by its day and score; whose it was is not said."""
    outcome = brought.outcome(visit)
    total = brought.scored(visit).total if outcome is Outcome.DONE else None
    told = _(OUTCOMES[outcome]) if outcome in OUTCOMES else ""
    return {
        "day": day_words(brought.day(visit)),
        "score": str(total) if total is not None else told,
        "url": url_for("desk.review", visit_id=visit.id),
    }


def _decided(visit: Visit) -> str:
    if visit.state is VisitState.REJECTED and visit.review_ground:
        ground = _(GROUND_WORDS[Ground(visit.review_ground)])
        text = visit.review_text or ""
        return _("不采用：%(ground)s%(text)s", ground=ground, text=_("，%(text)s", text=text) if text else "")
    return _(STATE_NAMES[visit.state])
