"""What the photos of a repair show by themselves (真伪核对): said to whoever rechecks, never a silent refusal."""

from dataclasses import dataclass

from inspection.geography.points import Point, distance_m
from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_
from inspection.photos.images import phash_distance
from inspection.photos.models import Photo
from inspection.tickets.models import Answer, Ticket

FAR_M = 200.0
"""[D] An after-photo that says it was taken farther away is pointed out."""
NEAR_SAME_BITS = 6
"""Perceptual hashes that differ in at most so many of 64 bits are of near-same pictures."""


@dataclass(frozen=True)
class Check:
    """One check: whether it found nothing, and the words."""

    ok: bool
    words: Phrase


def checks(ticket: Ticket, answer: Answer) -> list[Check]:
    """The checks of an answer's photos, in words."""
    before = [photo for link in ticket.reports for photo in link.report.manifest.photos]
    after = answer.manifest.photos
    return [_fresh(ticket, after), _near(ticket, after), _new(before, after)]


def _fresh(ticket: Ticket, after: list[Photo]) -> Check:
    if all(photo.taken is not None and photo.taken > ticket.filed_at for photo in after):
        return Check(True, Phrase(N_("拍在立案之后")))
    return Check(False, Phrase(N_("有照片拍在立案之前，或没有拍摄时间")))


def _near(ticket: Ticket, after: list[Photo]) -> Check:
    place = Point(ticket.lat, ticket.lng)
    distances = [distance_m(place, Point(*photo.spot)) for photo in after if photo.spot is not None]
    if not distances:
        return Check(False, Phrase(N_("照片里没有位置，请看清是不是同一处")))
    farthest = round(max(distances))
    return Check(farthest <= FAR_M, Phrase(N_("离原点 %(metres)s 米"), {"metres": farthest}))


def _new(before: list[Photo], after: list[Photo]) -> Check:
    if any(_same(old, new) for old in before for new in after):
        return Check(False, Phrase(N_("和整改前的照片相同或几乎相同")))
    return Check(True, Phrase(N_("和整改前的照片不相同")))


def _same(one: Photo, other: Photo) -> bool:
    if one.sha256 == other.sha256:
        return True
    return bool(one.phash and other.phash) and phash_distance(one.phash or "", other.phash or "") <= NEAR_SAME_BITS
