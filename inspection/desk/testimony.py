"""What an author gave beyond pictures: the voice note (语音说明), and that it is one more sight of a known problem."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.geography.points import Point, distance_m
from inspection.kernel.errors import NotFound
from inspection.people.models import Person
from inspection.photos.models import Recording
from inspection.reports import plates, suggestions
from inspection.reports import service as reports
from inspection.reports.models import Report, ReportState
from inspection.reports.suggestions import Suggestion
from inspection.tickets import visibility
from inspection.web.page import category_name, day_words, distance_words, picture_url
from inspection.web.recordings import may_hear

ROOM_AROUND = 0.4
"""In heights of the plate, so that one sees the car around it as well."""
FAR_M = 100
"""A photo taken further from the report's point is pointed out."""


def spoken(given: Iterable[Report], person: Person) -> list[dict[str, Any]]:
    """The voice notes: to play for whoever may hear them, for everyone else that there are some (control D01)."""
    notes = [note for report in given for note in report.manifest.recordings if note.arrived_at]
    return [_note(note, person) for note in notes]


def same_as(report: Report, person: Person) -> dict[str, str] | None:
    """The known report that the author says this is, with its page; none where this person may not read that one."""
    if report.same_as is None:
        return None
    try:
        known = reports.visible(person, report.same_as)
    except NotFound:
        return None
    ticket = visibility.ticket_of(known.id)
    apart = distance_m(Point(report.lat, report.lng), Point(known.lat, known.lng))
    text = _(
        "督查员说就是 %(day)s 报的%(category)s，相距 %(distance)s",
        day=day_words(known.captured_at),
        category=category_name(known.category),
        distance=distance_words(apart),
    )
    url = url_for("desk.ticket", ticket_id=ticket.id) if ticket else url_for("desk.triage_report", report_id=known.id)
    return {"text": text, "url": url, "label": ticket.number if ticket else _("看那一条")}


def plate(report: Report) -> str:
    """The plate as it stands on the car; what was typed, and that it cannot be read, where it is none; or empty."""
    typed = (report.plate or "").strip()
    known = plates.read(typed)
    if known or not typed:
        return known.told if known else ""
    return _("%(typed)s（写法不像号牌，请对着照片核对）", typed=typed)


def pictured(report: Report, link: Mapping[str, Any]) -> dict[str, Any]:
    """What the photos seem to show on the plate, read by a machine, with the way to take it over; ``link`` is
    the filter for its address. Both are told where something else was typed.
    """
    waiting = report.state is ReportState.RECEIVED
    found = [_pictured(one, report) for one in suggestions.of_report(report)] if waiting else []
    vain = waiting and not report.plate and suggestions.looked_in_vain(report)
    return {
        "url": url_for("desk.confirm_plate", report_id=report.id, **link),
        "found": found,
        "vain": _("照片里没有认出号牌，请对着照片填") if vain else "",
    }


def _pictured(seen: Suggestion, report: Report) -> dict[str, Any]:
    told, typed = seen.plate.told, (report.plate or "").strip()
    if seen.plate.text == report.plate_key:
        text, act = _("图中也像是这个号牌（机器识别）"), ""
    elif typed:
        text = _("图中像是 %(plate)s（机器识别），和填的不一样，请对着照片核对", plate=told)
        act = _("改成 %(plate)s", plate=told)
    else:
        text = _("图中像是 %(plate)s（机器识别，请核对）", plate=told)
        act = _("就是 %(plate)s", plate=told)
    return {"text": text, "act": act, "plate": told, "crop": _crop(seen)}


def _crop(seen: Suggestion) -> dict[str, Any] | None:
    """Where to look in the photo: the plate with some room around it, in pixels of the whole picture."""
    photo, box = seen.photo, seen.box
    src = picture_url(photo, "web")
    if src is None or not photo.width or not photo.height:
        return None
    left, top, wide, high = (
        round(share * side)
        for share, side in zip(
            (box.left, box.top, box.width, box.height),
            (photo.width, photo.height, photo.width, photo.height),
            strict=True,
        )
    )
    room = round(high * ROOM_AROUND)
    return {
        "src": src,
        "left": left - room,
        "top": top - room,
        "wide": wide + 2 * room,
        "high": high + 2 * room,
        "width": photo.width,
        "height": photo.height,
    }


def farthest(report: Report) -> float | None:
    """How many metres from the report's point its farthest photo was taken; none when no photo says where."""
    here = Point(report.lat, report.lng)
    return max((distance_m(here, Point(*photo.spot)) for photo in report.manifest.photos if photo.spot), default=None)


def witnessed(report: Report) -> float | None:
    """How many metres the pictures' own positions are from the report's, at most; none when no picture says one."""
    here = Point(report.lat, report.lng)
    spots = [photo.witness for photo in report.manifest.photos if photo.witness]
    return max((distance_m(here, Point(*spot)) for spot in spots), default=None)


def _note(note: Recording, person: Person) -> dict[str, Any]:
    if may_hear(person, note):
        url = url_for("recordings.recording", recording_id=note.id)
        return {"url": url, "text": _("语音说明，%(seconds)s 秒", seconds=note.seconds)}
    return {"url": "", "text": _("有一段语音说明（%(seconds)s 秒），只有督查处能听", seconds=note.seconds)}
