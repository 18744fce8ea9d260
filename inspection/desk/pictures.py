"""The pictures of a ticket's page: before and after held against each other, round by round, and all of them (照片)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import pgettext

from inspection.kernel.calendar import day_of
from inspection.kernel.text import N_
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.reports import supplements
from inspection.tickets import evidence, pairing, stories, tasks
from inspection.tickets.models import Ticket, Verdict
from inspection.web import language
from inspection.web.page import day_words, picture_url

LOOKS = {
    Verdict.PASSED: N_("核查"),
    Verdict.FAILED: N_("核查"),
    Verdict.GOOD: N_("回头看"),
    Verdict.REBOUND: N_("回头看"),
}


def labelled(ticket: Ticket) -> list[tuple[Photo, str]]:
    """All pictures of the case with what they are: before, added by an author, after."""
    added = supplements.pictures_of([link.report_id for link in ticket.reports])
    answer = stories.last_answer(ticket)
    after = list(answer.manifest.photos) if answer else []
    labels = (_before(ticket), _("整改前")), (added, pgettext("photo", "补充")), (after, _("整改后"))
    return [(photo, label) for photos, label in labels for photo in photos]


def of_ticket(ticket: Ticket, person: Person) -> dict[str, Any]:
    """Every pair before and after, the latest answer's first, and all pictures.

    After the answers come those of the rechecks, and for the city alone those that inspectors brought.
    """
    before = _before(ticket)
    compared = [pair for shown in _afters(ticket, person) for pair in _compared(ticket, before, shown)]
    return {
        "compared": compared or [_alone(ticket, one) for one in before[:1]],
        "chosen": _chosen(len(compared)),
        "photos": [
            {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": label, "label": label}
            for photo, label in labelled(ticket)
        ],
        "proof": proof(ticket),
    }


def proof(ticket: Ticket) -> list[dict[str, Any]]:
    """What the checks of the latest answer's pictures found; nothing before there is one."""
    answer = stories.last_answer(ticket)
    checks = evidence.checks(ticket, answer) if answer else ()
    return [{"ok": one.ok, "text": language.told(one.words)} for one in checks]


@dataclass(frozen=True)
class _After:
    """Pictures that can be held against those of before: what they are, when, and whether the city alone sees them."""

    photos: Sequence[Photo]
    label: str
    caption: str
    at: datetime | None
    inside: bool = False


def _afters(ticket: Ticket, person: Person) -> list[_After]:
    answers = [
        _After(one.manifest.photos, _("第 %(number)s 轮", number=one.round), _("整改后"), one.answered_at)
        for one in stories.answers(ticket)
    ]
    looks = [
        _After(one.manifest.photos, _(LOOKS[one.verdict]), _(LOOKS[one.verdict]), one.at)
        for one in stories.rechecks(ticket)
        if one.manifest
    ]
    rested_on = {one.manifest_id for one in stories.rechecks(ticket)}
    brought = [
        _After(
            task.opinion.manifest.photos,
            _("督查员拍的照片"),
            _("督查员拍的照片"),
            task.opinion.captured_at,
            inside=True,
        )
        for task in tasks.of_ticket(ticket, person)
        if task.opinion and task.opinion.id not in rested_on
    ]
    return answers + looks + brought


def _compared(ticket: Ticket, before: list[Photo], shown: _After) -> list[dict[str, Any]]:
    """The pairs of one answer or look; each has an address of its own, for whoever has no scripts."""
    return [
        {
            "before": _pictured(first, _("整改前"), ticket.filed_at),
            "after": _pictured(then, shown.caption, shown.at) | _kept_by_the_phone(then, shown),
            "label": _("%(label)s · %(day)s", label=shown.label, day=day_words(shown.at)),
            "inside": shown.inside,
        }
        for first, then in pairing.pairs(before, list(shown.photos))
    ]


def _kept_by_the_phone(photo: Photo, shown: _After) -> dict[str, Any]:
    """When it was taken stands beside its coming in where a phone kept it for days."""
    if photo.taken is None or shown.at is None or day_of(photo.taken) == day_of(shown.at):
        return {}
    taken, came = day_words(photo.taken), day_words(shown.at)
    return {"caption": _("%(label)s · %(taken)s拍，%(came)s收到", label=shown.caption, taken=taken, came=came)}


def _before(ticket: Ticket) -> list[Photo]:
    return [photo for link in ticket.reports for photo in link.report.manifest.photos]


def _alone(ticket: Ticket, photo: Photo) -> dict[str, Any]:
    return {"before": _pictured(photo, _("整改前"), ticket.filed_at), "after": None, "label": "", "inside": False}


def _chosen(number: int) -> int:
    """Which pair the address asks for, from nought; the first for one that is not there."""
    asked = request.args.get("pair", 1, type=int) - 1
    return asked if 0 <= asked < number else 0


def _pictured(photo: Photo, label: str, at: datetime | None) -> dict[str, Any]:
    caption = _("%(label)s · %(day)s", label=label, day=day_words(at))
    return {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": label, "caption": caption}
