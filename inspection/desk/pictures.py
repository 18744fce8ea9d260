"""The pictures of a ticket's page: before and after held against each other, round by round, and all of them (照片)."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import pgettext

from inspection.photos.models import Photo
from inspection.reports import supplements
from inspection.tickets import evidence, pairing, stories
from inspection.tickets.models import Answer, Ticket
from inspection.web import language
from inspection.web.page import day_words, picture_url


def labelled(ticket: Ticket) -> list[tuple[Photo, str]]:
    """All pictures of the case with what they are: before, added by an author, after."""
    added = supplements.pictures_of([link.report_id for link in ticket.reports])
    answer = stories.last_answer(ticket)
    after = list(answer.manifest.photos) if answer else []
    labels = (_before(ticket), _("整改前")), (added, pgettext("photo", "补充")), (after, _("整改后"))
    return [(photo, label) for photos, label in labels for photo in photos]


def of_ticket(ticket: Ticket) -> dict[str, Any]:
    """Every pair before and after, the latest answer's first, all pictures, and what the checks of the latest found."""
    before, answers = _before(ticket), stories.answers(ticket)
    compared = [one for answer in answers for one in _compared(ticket, answer, before)]
    return {
        "compared": compared or [_alone(ticket, one) for one in before[:1]],
        "chosen": _chosen(len(compared)),
        "photos": [
            {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": label, "label": label}
            for photo, label in labelled(ticket)
        ],
        "proof": [{"ok": one.ok, "text": language.told(one.words)} for one in evidence.checks(ticket, answers[0])]
        if answers
        else [],
    }


def _before(ticket: Ticket) -> list[Photo]:
    return [photo for link in ticket.reports for photo in link.report.manifest.photos]


def _compared(ticket: Ticket, answer: Answer, before: list[Photo]) -> list[dict[str, Any]]:
    """The pairs of one answer; each has an address of its own, for whoever has no scripts."""
    return [
        {
            "before": _pictured(first, _("整改前"), ticket.filed_at),
            "after": _pictured(then, _("整改后"), answer.answered_at),
            "label": _("第 %(number)s 轮 · %(day)s", number=answer.round, day=day_words(answer.answered_at)),
        }
        for first, then in pairing.pairs(before, list(answer.manifest.photos))
    ]


def _alone(ticket: Ticket, photo: Photo) -> dict[str, Any]:
    return {"before": _pictured(photo, _("整改前"), ticket.filed_at), "after": None, "label": ""}


def _chosen(number: int) -> int:
    """Which pair the address asks for, from nought; the first for one that is not there."""
    asked = request.args.get("pair", 1, type=int) - 1
    return asked if 0 <= asked < number else 0


def _pictured(photo: Photo, label: str, at: datetime | None) -> dict[str, Any]:
    caption = _("%(label)s · %(day)s", label=label, day=day_words(at))
    return {"src": picture_url(photo, "web"), "thumb": picture_url(photo), "alt": label, "caption": caption}
