"""One problem of the demo, as its inspector meets it and its unit mends it (演示案例)."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import imagehash
from PIL import Image

from inspection.demo.places import Spot, nearby
from inspection.demo.problems import Problem
from inspection.demo.studio import SKETCHED, Camera, Stamp, Studio, View, jpeg
from inspection.geography import points
from inspection.geography.points import Datum, Point
from inspection.photos.models import PhotoRole
from inspection.photos.service import Announced
from inspection.reports.models import Form, Source
from inspection.reports.service import Count, Place

ATTEMPTS = 40
PLAINLY_OTHER_BITS = 10
"""Well beyond where two pictures count as near-same (``evidence.NEAR_SAME_BITS``), as copies are compressed anew."""
NOTHING = uuid.UUID(int=0)
SECONDS = timedelta(seconds=1)
ON_THE_SPOT = 90 * SECONDS
"""Between the picture and the report."""
COUNT_MINUTES = 5
WITH_GPS = 0.88
"""How many phones leave the position in the file."""
COUNTED = {"jaywalking", "wrong_way", "no_yield"}
PLATED = {"zombie_car", "car_parking"}
PROVED_BY_THREE = {"zombie_car"}
SEEN_ONCE = COUNTED | {"dog_unleashed", "dog_fouling", "adverts", "overhead_cable", "smoking", "grave_burning"}


@dataclass(frozen=True)
class Picture:
    """A photo's bytes, what it shows, and when the phone says it was taken."""

    data: bytes
    role: PhotoRole
    taken_at: datetime | None

    @property
    def announced(self) -> Announced:
        """As a manifest lists it."""
        return Announced(hashlib.sha256(self.data).hexdigest(), len(self.data), self.role, self.taken_at)


@dataclass
class Case:
    """A problem at a place: found by whom, in what form, from where it was photographed."""

    problem: Problem
    spot: Spot
    at: datetime
    inspector_id: uuid.UUID
    form: Form
    description: str
    view: View
    camera: Camera
    datum: Datum = Datum.WGS84
    plate: str | None = None
    plate_shown: str | None = None
    """What can be read on the picture of the plate; mostly it is too far gone."""
    count: Count | None = None
    own_pictures: tuple[Picture, ...] | None = None
    """Real files instead of drawn scenes."""
    report_id: uuid.UUID = field(default_factory=uuid.uuid4)
    ticket_id: uuid.UUID | None = None
    assist_id: uuid.UUID = NOTHING
    question_id: uuid.UUID = NOTHING
    """What comes of it, once it has come so far."""

    def place(self) -> Place:
        """As the phone sends it: fixed by satellite, or set by hand on a map in the map's own datum."""
        lat, lng = points.from_wgs84(self.spot.point, self.datum)
        if self.datum is Datum.WGS84:
            return Place(
                round(lat, 6), round(lng, 6), self.datum, self.spot.accuracy_m, Source.LIVE, self.at - ON_THE_SPOT
            )
        return Place(round(lat, 6), round(lng, 6), self.datum, None, Source.PIN, None)

    def found(self, studio: Studio, rng: Random) -> Sequence[Picture]:
        """What the inspector photographed: from afar, from near, the plate."""
        if self.own_pictures is not None:
            return self.own_pictures
        roles = [PhotoRole.FAR, PhotoRole.NEAR, PhotoRole.PLATE]
        wanted = 3 if self.problem.category in PROVED_BY_THREE else 1 if self.problem.category in SEEN_ONCE else 2
        first = self.at - ON_THE_SPOT
        return [
            self._shot(studio, rng, role, first + number * 20 * SECONDS) for number, role in enumerate(roles[:wanted])
        ]

    def mended(self, studio: Studio, rng: Random, at: datetime, role: PhotoRole, *, done: bool = True) -> Picture:
        """The same place later; ``done`` says whether the problem is gone."""
        thing = self.problem.after if done else self.problem.before
        shot = self._other_shot(studio, rng, thing) if done else studio.shot(self._scene, thing, self.view.again(rng))
        return Picture(jpeg(shot, self._stamp(rng, at, self.spot.point)), role, at)

    def elsewhere(self, studio: Studio, rng: Random, at: datetime) -> Picture:
        """A repair photographed too far away to be this one."""
        shot = self._other_shot(studio, rng, self.problem.after)
        stamp = Stamp(at, nearby(self.spot.point, 640.0, rng), self.camera)
        return Picture(jpeg(shot, stamp), PhotoRole.AFTER, at)

    def same_again(self, studio: Studio, at: datetime) -> Picture:
        """The picture of before once more, with a new date."""
        shot = studio.shot(self._scene, self.problem.before, replace(self.view, light=self.view.light * 0.98))
        return Picture(jpeg(shot, Stamp(at, self.spot.point, self.camera)), PhotoRole.AFTER, at)

    @property
    def _scene(self) -> str:
        return self.problem.setting

    def _other_shot(self, studio: Studio, rng: Random, thing: str) -> Image.Image:
        """From standpoints a little farther each time, until nobody can take the picture for the one of before."""
        near_and_far = (self.view, self.view.closer())
        before = [self._hash(studio, self.problem.before, view) for view in near_and_far]
        view = self.view.again(rng)
        for _ in range(ATTEMPTS):
            if min(self._hash(studio, thing, view) - one for one in before) > PLAINLY_OTHER_BITS:
                break
            view = view.again(rng)
        return studio.shot(self._scene, thing, view)

    def _hash(self, studio: Studio, thing: str, view: View) -> imagehash.ImageHash:
        return imagehash.phash(studio.shot(self._scene, thing, view, SKETCHED))

    def _shot(self, studio: Studio, rng: Random, role: PhotoRole, at: datetime) -> Picture:
        if role is PhotoRole.PLATE and self.plate_shown:
            shot = studio.shot_of_plate(self._scene, self.plate_shown, self.view.again(rng))
        elif role is PhotoRole.PLATE:
            shot = studio.shot(self._scene, "plate", self.view.again(rng))
        else:
            view = self.view.closer() if role is PhotoRole.NEAR else self.view
            shot = studio.shot(self._scene, self.problem.before, view)
        return Picture(jpeg(shot, self._stamp(rng, at, self.spot.point)), role, at)

    def _stamp(self, rng: Random, at: datetime, point: Point) -> Stamp:
        where = nearby(point, rng.uniform(1, 14), rng) if rng.random() < WITH_GPS else None
        return Stamp(at, where, self.camera)


def some_plate(rng: Random) -> str:
    """A plate as it is written in Beijing."""
    signs = "0123456789" * 3 + "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return f"京{rng.choice('ABCEFGHJKLMNPQY')}{''.join(rng.choice(signs) for _ in range(5))}"


def some_count(rng: Random) -> Count:
    """So many of so many in five minutes."""
    observed = rng.randint(38, 140)
    return Count(observed=observed, violations=max(2, round(observed * rng.uniform(0.05, 0.22))), minutes=COUNT_MINUTES)
