"""Which cases the demo has: how many go which way, how long ago, where and about what (演示编排)."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from inspection.demo.case import COUNTED, PLATED, PROVED_BY_THREE, Case, Picture, some_count, some_plate
from inspection.demo.cast import FAMOUS_STREET, Cast
from inspection.demo.moments import Moments
from inspection.demo.places import Places
from inspection.demo.problems import Problem, problems
from inspection.demo.stories import Script, Stories
from inspection.demo.studio import CAMERAS, real_photo, some_view
from inspection.geography.points import Datum, Point
from inspection.photos.models import PhotoRole
from inspection.reports.models import Form

FAMOUS_DISTRICT = "110101"
WEIGHTS = {
    "110101": 9,
    "110102": 8,
    "110105": 12,
    "110106": 8,
    "110107": 4,
    "110108": 10,
    "110109": 4,
    "110111": 5,
    "110112": 6,
    "110113": 5,
    "110114": 6,
    "110115": 5,
    "110116": 4,
    "110117": 4,
    "110118": 4,
    "110119": 4,
    "110199": 4,
}
"""How often each district comes up."""
FORMS = (Form.ADHOC,) * 13 + (Form.PATROL,) * 4 + (Form.GUIDANCE,) * 2 + (Form.MYSTERY,) * 2
FAMOUS_CATEGORIES = {
    "street_clutter",
    "exposed_rubbish",
    "waste_sorting",
    "zombie_car",
    "ground_lock",
    "car_parking",
    "bike_parking",
    "adverts",
    "illegal_structure",
}
"""What the famous unit answers for."""
OFTEN = {
    "street_clutter": 3.0,
    "exposed_rubbish": 3.0,
    "waste_sorting": 2.0,
    "car_parking": 2.0,
    "bike_parking": 2.0,
    "zombie_car": 2.0,
    "grave_burning": 0.4,
    "no_yield": 0.7,
}
"""How often a category comes up, where not once."""
BY_HAND = 0.07
"""How many set the place by hand, on a map in GCJ-02."""
URGENT = ("wire_charging", "blocked_corridor", "grave_burning")


@dataclass(frozen=True)
class Part:
    """So many cases that go one way, so many working hours old, about problems with so many working hours' limit.

    ``famous`` of them are the famous unit's, from the famous inspector.
    """

    script: Script
    number: int
    least_ago: float
    most_ago: float
    least_limit: float = 8
    most_limit: float = 56
    famous: int = 0


PARTS = (
    Part(Stories.closed, 15, 58, 100, most_limit=24, famous=1),
    Part(Stories.closed, 8, 30, 58, most_limit=24, famous=1),
    Part(Stories.closed_late, 4, 60, 82, most_limit=16),
    Part(Stories.looked_back, 6, 60, 90, most_limit=24, famous=1),
    Part(Stories.rebounded, 3, 60, 84, most_limit=16, famous=1),
    Part(Stories.reworked, 3, 56, 80, most_limit=16),
    Part(Stories.reworking, 4, 32, 40, most_limit=24, famous=1),
    Part(Stories.handling, 7, 40, 56, most_limit=16, famous=1),
    Part(Stories.supervised, 3, 48, 64, most_limit=16),
    Part(Stories.dispatched, 3, 34, 48, most_limit=16),
    Part(Stories.handled, 10, 24, 44, most_limit=24, famous=1),
    Part(Stories.doubtful, 1, 24, 40, most_limit=16),
    Part(Stories.misplaced, 1, 24, 40, most_limit=16),
    Part(Stories.handling, 5, 10, 18, least_limit=24, famous=2),
    Part(Stories.helped, 2, 12, 18, least_limit=24, famous=1),
    Part(Stories.questioned, 2, 8, 14, least_limit=24, famous=1),
    Part(Stories.explained, 1, 10, 18, least_limit=24, famous=1),
    Part(Stories.dispatched, 5, 4, 11, least_limit=24, famous=2),
    Part(Stories.quarrelled, 1, 12, 18, least_limit=24, famous=1),
    Part(Stories.settled, 1, 14, 24, least_limit=24),
    Part(Stories.filed, 5, 3, 11),
    Part(Stories.asking_extension, 3, 18, 28, least_limit=40, most_limit=200, famous=1),
    Part(Stories.extended, 2, 26, 36, least_limit=40, most_limit=200),
    Part(Stories.asking_return, 3, 10, 18, least_limit=24),
    Part(Stories.returned, 2, 14, 24, least_limit=24),
    Part(Stories.passed_on, 1, 18, 28, least_limit=40),
    Part(Stories.return_refused, 1, 18, 28, least_limit=40),
    Part(Stories.suspended, 3, 24, 60, least_limit=80, most_limit=200),
    Part(Stories.voided, 2, 20, 50),
    Part(Stories.declined, 7, 8, 82, famous=1),
    Part(Stories.withdrawn, 4, 4, 82, famous=1),
    Part(Stories.incomplete, 4, 2, 30, famous=1),
)
NEARBY = (
    (Stories.to_be_seen, (18, 26)),
    (Stories.to_be_seen_again, (46, 58)),
    (Stories.seen, (20, 28)),
    (Stories.dissatisfied, (46, 58)),
)
"""What others reported around the famous unit, for the famous inspector to look at and the city to read."""
BESIDE_AGO = (12, 18)
"""What another street of the famous district has in hand, with the famous unit called in beside it."""
NEARBY_LIMIT = (8, 16)
BESIDE_LIMIT = 24
SEEN_AGAIN = (((Stories.handling, Stories.dispatched), 3), ((Stories.closed, Stories.looked_back), 2))
"""What somebody else reports once more: cases on these ways, and how many of them."""
WAITING_FAMOUS, WAITING_URGENT, WAITING_BORDER, WAITING_ELSEWHERE = 7, 3, 4, 15
WAITING_AGO = (0.1, 5.0)
"""Reports that wait are of today and of the evening or weekend before."""


class Planner:
    """Makes the cases, each with its script."""

    def __init__(self, places: Places, moments: Moments, cast: Cast, hours: Mapping[str, float], rng: Random) -> None:
        """``hours`` are the categories' limits in working hours."""
        self._places, self._moments, self._cast = places, moments, cast
        self._hours, self._rng = hours, rng
        self._problems = problems()
        self._deck: list[str] = []

    def cases(self) -> Iterator[tuple[Case, Script]]:
        """All of them; those that wait for triage last."""
        told: list[tuple[Case, Script]] = []
        for part in PARTS:
            span = part.least_ago, part.most_ago
            for number in range(part.number):
                fitting = [
                    one for one in self._problems if part.least_limit <= self._hours[one.category] <= part.most_limit
                ]
                famous = number < part.famous
                told.append((self._case(fitting, span, famous=famous), part.script))
        yield from told
        for case in self._waiting():
            yield case, Stories.received
        for nearby, ago in NEARBY:
            yield self._nearby(ago), nearby
        yield self._beside(), Stories.helping
        yield self._case(self._problems, (0.3, 2.0), famous=True), Stories.supplemented
        for case, script in self._special():
            yield case, script
        for case in self._seen_again(told):
            yield case, Stories.received
        yield self._with_plate(), Stories.received

    def _nearby(self, span: tuple[float, float]) -> Case:
        """In the famous street, by somebody else, soon put right."""
        least, most = NEARBY_LIMIT
        quick = [one for one in self._problems if least <= self._hours[one.category] <= most]
        others = [one for one in self._cast.inspectors[1:] if one.district_code == FAMOUS_DISTRICT]
        return replace(self._case(quick, span, famous=True), inspector_id=self._rng.choice(others).id)

    def _beside(self) -> Case:
        """In another street of the famous district, with time enough to call somebody in."""
        long = [one for one in self._problems if self._hours[one.category] >= BESIDE_LIMIT]
        while True:
            case = self._case(long, BESIDE_AGO, district=FAMOUS_DISTRICT)
            if case.spot.street_code != FAMOUS_STREET:
                return case

    def _seen_again(self, told: list[tuple[Case, Script]]) -> Iterator[Case]:
        """What others have reported too, around the famous unit: three open cases, and two that were closed."""
        for scripts, number in SEEN_AGAIN:
            known = [case for case, script in told if script in scripts and case.spot.street_code == FAMOUS_STREET]
            for case in known[:number]:
                point = case.spot.point
                beside = replace(case.spot, point=Point(point.lat + 0.0001, point.lng + 0.00005))
                others = [one for one in self._cast.inspectors[1:] if one.district_code == FAMOUS_DISTRICT]
                yield replace(
                    case,
                    spot=beside,
                    at=self._moments.ago(*WAITING_AGO),
                    inspector_id=self._rng.choice(others).id,
                    view=some_view(self._rng),
                    camera=self._rng.choice(CAMERAS),
                    report_id=uuid.uuid4(),
                    form=Form.ADHOC,
                )

    def _waiting(self) -> Iterator[Case]:
        for number in range(WAITING_FAMOUS):
            case = self._case(self._problems, WAITING_AGO, district=FAMOUS_DISTRICT)
            yield replace(case, form=Form.ADHOC if number % 3 else Form.PATROL)
        urgent = [one for one in self._problems if one.category in URGENT]
        for _ in range(WAITING_URGENT):
            yield self._case(urgent, WAITING_AGO)
        for _ in range(WAITING_BORDER):
            yield self._at_the_border(self._case(self._problems, WAITING_AGO))
        for _ in range(WAITING_ELSEWHERE):
            yield self._case(self._problems, WAITING_AGO)

    def _special(self) -> Iterator[tuple[Case, Script]]:
        """Real files, with positions of their own that are far from here; and one report without any picture."""
        bench = Problem("road_damage", "lane", "", "", ("公园长椅断了一根横条，没人修",), "")
        yield self._with_file(bench, "110108", "DSCN0021.jpg", WAITING_AGO), Stories.received
        slope = Problem("other", "village", "", "", ("坡上枯枝太多，怕着火",), "")
        yield self._with_file(slope, "110111", "DSCN0010.jpg", WAITING_AGO), Stories.received
        flower = Problem("rural_sewage", "village", "", "", ("沟里有污水",), "")
        yield self._with_file(flower, "110118", "IMG_5195.HEIC", (12, 30)), Stories.mistaken
        desk = Problem("service_desk", "road", "", "", ("窗口排队四十分钟，工作人员一直看手机",), "")
        case = self._case([desk], WAITING_AGO, district="110114")
        spot = replace(case.spot, address="政务服务大厅二层综合窗口")
        yield replace(case, spot=spot, own_pictures=(), form=Form.PATROL), Stories.received

    def _with_plate(self) -> Case:
        """A car left in the famous district; nobody typed its number, and the picture shows it."""
        left = [one for one in self._problems if one.category in PROVED_BY_THREE]
        case = self._case(left, WAITING_AGO, district=FAMOUS_DISTRICT)
        return replace(case, plate=None, plate_shown="京N·8K365", form=Form.ADHOC)

    def _with_file(self, problem: Problem, district: str, name: str, span: tuple[float, float]) -> Case:
        case = self._case([problem], span, district=district)
        return replace(case, own_pictures=(Picture(real_photo(name), PhotoRole.FAR, None),), form=Form.ADHOC)

    def _case(
        self,
        fitting: list[Problem],
        span: tuple[float, float],
        *,
        famous: bool = False,
        district: str | None = None,
    ) -> Case:
        rng = self._rng
        code = FAMOUS_DISTRICT if famous else district or self._next_district()
        street = FAMOUS_STREET if famous else None
        settings = self._places.settings(code, street)
        here = [one for one in fitting if one.setting in settings and (not famous or one.category in FAMOUS_CATEGORIES)]
        categories = sorted({one.category for one in here})
        category = rng.choices(categories, [OFTEN.get(one, 1.0) for one in categories])[0]
        problem = rng.choice([one for one in here if one.category == category])
        inspector = self._cast.inspectors[0] if famous else self._cast.inspector(code, rng)
        form = Form.ADHOC if famous else rng.choice(FORMS)
        counted = problem.category in COUNTED
        return Case(
            problem=problem,
            spot=self._places.spot(code, problem.setting, street),
            at=self._moments.ago(*span),
            inspector_id=inspector.id,
            form=form,
            description=rng.choice(problem.descriptions),
            view=some_view(rng),
            camera=rng.choice(CAMERAS),
            datum=Datum.GCJ02 if rng.random() < BY_HAND else Datum.WGS84,
            plate=some_plate(rng) if problem.category in PLATED else None,
            count=some_count(rng) if counted else None,
        )

    def _at_the_border(self, case: Case) -> Case:
        spot = self._places.border_spot(case.spot.district_code, case.problem.setting)
        return replace(case, spot=spot, datum=Datum.WGS84)

    def _next_district(self) -> str:
        if not self._deck:
            self._deck = [code for code, weight in WEIGHTS.items() for _ in range(weight)]
            self._rng.shuffle(self._deck)
        return self._deck.pop()
