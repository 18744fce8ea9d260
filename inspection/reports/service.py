"""What happens to a report until somebody decides on it: announced, complete, withdrawn. Nothing here commits."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from inspection.geography import points
from inspection.geography import service as geography
from inspection.geography.points import Datum
from inspection.kernel import audit, queue
from inspection.kernel.db import db, insert_once
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access, identities
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.photos import images, recordings
from inspection.photos import service as photos
from inspection.photos.models import Manifest, ManifestKind
from inspection.photos.recordings import Spoken
from inspection.photos.service import Announced, PhotoLimits
from inspection.reports import plates, receipts
from inspection.reports.models import Category, Form, Receipt, Report, ReportState, Source

ALIASES = "竹槐松柏梅兰菊荷枫桂杏桃柳榆桐樟梧枣桑椿楠杉萱葵苇蒲芦茶棠榴榕桦"
ID_TAKEN = N_("这个编号已经用过，请换一个新编号再报。")
A_DAY = timedelta(days=1)
LONGEST_TEXT, LONGEST_LINE = 2000, 300
MOST_COUNTED, MOST_MINUTES, FARTHEST_M = 1_000_000, 24 * 60, 100_000
MOST_DRAWS = 100
"""Of a receipt's number: even with half of all taken, none of these fails once in 10^30 times."""


@dataclass(frozen=True)
class Place:
    """Where, as the phone says: degrees in ``datum``, accuracy in metres, how and when it was fixed."""

    lat: float
    lng: float
    datum: Datum
    accuracy_m: float | None
    source: Source
    fixed_at: datetime | None


@dataclass(frozen=True)
class Count:
    """So many violations among so many observed in so many minutes."""

    observed: int
    violations: int
    minutes: int


@dataclass(frozen=True)
class NewReport:
    """A report as its manifest announces it."""

    category: str
    form: Form
    description: str
    address: str
    captured_at: datetime
    place: Place
    photos: tuple[Announced, ...]
    count: Count | None = None
    plate: str | None = None
    recordings: tuple[Spoken, ...] = ()
    same_as: uuid.UUID | None = None
    """The known problem that the inspector says it is (就是它)."""

    def content(self) -> dict[str, Any]:
        """As plain JSON values: moments in UTC, so that the same moment is the same text.

        What a report did not bring is left out where it came into the manifest later, so that one that was announced
        before then is still the same.
        """
        told: dict[str, Any] = {name: photos.plain(value) for name, value in asdict(self).items()}
        for photo in told["photos"]:
            _leave_out(photo, "place", "original")
        return _leave_out(told, "recordings", "same_as")


@dataclass(frozen=True)
class Progress:
    """How far a report has come in: which photos are missing, and the receipt once none is."""

    report: Report
    missing: tuple[str, ...]
    receipt: Receipt | None
    created: bool = False


@dataclass(frozen=True)
class IntakeLimits:
    """What one manifest and one person a day may bring."""

    photos: PhotoLimits
    daily_photos: int


def receive(
    report_id: uuid.UUID, new: NewReport, *, by: Person, limits: IntakeLimits, signer: receipts.Signer, now: datetime
) -> Progress:
    """Take a report's manifest in. The same again changes nothing.

    Raises Invalid naming the field, NotAllowed, ``photos.Different`` for the same id with another content, and
    Conflict for an id that someone else has used.
    """
    access.require(by.role, Right.REPORT_SEND)
    if db.session.get(Report, report_id) and not identities.is_author(by, report_id):
        raise Conflict(ID_TAKEN, code="id_taken")
    check(new, limits, now)
    manifest, created = photos.announce(report_id, ManifestKind.REPORT, new.content(), new.photos, now=now)
    if not created:
        if not identities.is_author(by, report_id):  # someone else announced it a moment ago
            raise Conflict(ID_TAKEN, code="id_taken")
        return _progress(db.session.get_one(Report, report_id), manifest, created=False)
    _check_quota(by, new, limits, now)
    report = _enter(manifest, new, now)
    recordings.announce(manifest, new.recordings)
    identities.claim(report.id, by=by, now=now)
    audit.record("report.announced", report, by=audit.AUTHOR, at=now, photos=len(new.photos))
    if not photos.missing(manifest):
        manifest.completed_at = now
        _complete(report, manifest, signer, now)
    return _progress(report, manifest, created=True)


def photo_arrived(
    report_id: uuid.UUID, sha256: str, facts: images.Facts, *, by: Person, signer: receipts.Signer, now: datetime
) -> Progress:
    """One of the report's photos lies in the store. The last one completes the report and gives its receipt."""
    own(by, report_id)
    return _further(report_id, photos.arrived(report_id, sha256, facts, now=now), signer, now)


def recording_arrived(
    report_id: uuid.UUID, sha256: str, kind: str, *, by: Person, signer: receipts.Signer, now: datetime
) -> Progress:
    """One of the report's voice notes lies in the store; the last piece of evidence completes the report."""
    own(by, report_id)
    return _further(report_id, recordings.arrived(report_id, sha256, kind, now=now), signer, now)


def _further(report_id: uuid.UUID, manifest: Manifest, signer: receipts.Signer, now: datetime) -> Progress:
    # A twin may have completed it while the manifest was locked.
    report = db.session.get_one(Report, report_id, with_for_update=True, populate_existing=True)
    if report.state is ReportState.INCOMPLETE and manifest.completed_at is not None:
        _complete(report, manifest, signer, now)
    return _progress(report, manifest)


def withdraw(report_id: uuid.UUID, *, by: Person, now: datetime) -> Report:
    """Its author takes the report back, as long as nobody has decided on it (撤回)."""
    report = own(by, report_id)
    db.session.refresh(report, with_for_update=True)
    if report.state not in {ReportState.INCOMPLETE, ReportState.RECEIVED}:
        raise Conflict(N_("这条线索已经有了处理结果，不能再撤回。"))
    report.state, report.decided_at = ReportState.WITHDRAWN, now
    db.session.flush()
    audit.record("report.withdrawn", report, by=audit.AUTHOR, at=now)
    return report


def own(person: Person, report_id: uuid.UUID) -> Report:
    """The person's own report; raises NotFound for anything else."""
    report = find_own(person, report_id)
    if report is None:
        raise NotFound(N_("没有这条线索。"))
    return report


def find_own(person: Person, report_id: uuid.UUID) -> Report | None:
    """The person's own report, if there is one of that id."""
    report = db.session.get(Report, report_id)
    return report if report is not None and identities.is_author(person, report_id) else None


def own_page(person: Person, *, before: identities.Cursor | None, limit: int) -> Sequence[tuple[datetime, Report]]:
    """The person's own reports, newest first, each with the moment that continues the list."""
    rows = identities.own_reports(person, before=before, limit=limit)
    found = {
        report.id: report
        for report in db.session.scalars(select(Report).where(Report.id.in_([report_id for _, report_id in rows])))
    }
    return [(at, found[report_id]) for at, report_id in rows if report_id in found]


def visible(person: Person, report_id: uuid.UUID) -> Report:
    """The report, for whoever may read it; raises NotFound for everyone else.

    An incomplete one is its author's alone. One of a mystery check is the city's: a district sees its ticket.
    """
    allowed = access.scope(person.role, Right.REPORT_READ)
    if allowed is Scope.OWN:
        return own(person, report_id)
    report = db.session.get(Report, report_id)
    hidden = report is None or allowed is None or report.state is ReportState.INCOMPLETE
    if report is None or hidden or (allowed is Scope.DISTRICT and not _in_district(person, report)):
        raise NotFound(N_("没有这条线索。"))
    return report


def check(new: NewReport, limits: IntakeLimits, now: datetime) -> None:
    """Raise Invalid naming the first field of a report that cannot be so, whoever sends it."""
    if new.captured_at > now + A_DAY:
        raise Invalid("captured_at", N_("拍摄时间在将来，请检查手机的日期。"))
    category = db.session.get(Category, new.category)
    if category is None:
        raise Invalid("category", N_("没有“%(given)s”这个类别。"), code="unknown_category", given=new.category)
    if category.photos_min and not new.photos:
        raise Invalid("photos", N_("这类问题至少要有一张照片。"))
    photos.check_announced(new.photos, limits=limits.photos, now=now)
    recordings.check(new.recordings)
    _check_words(new)
    _check_numbers(new)


def plate_key(typed: str | None) -> str | None:
    """A plate in the writing by which sights of one car are found; None for what is no plate."""
    known = plates.read(typed or "")
    return known.text if known else None


def progress(report: Report) -> Progress:
    """How far the report has come in."""
    return _progress(report, report.manifest)


def receipt_of(report: Report) -> Receipt | None:
    """The report's receipt, once it is complete."""
    return db.session.get(Receipt, report.id)


def categories() -> Sequence[Category]:
    """The catalogue, in its order."""
    return db.session.scalars(select(Category).order_by(Category.position)).all()


def _in_district(person: Person, report: Report) -> bool:
    return report.district_code == person.district_code and report.form is not Form.MYSTERY


def _check_words(new: NewReport) -> None:
    texts = ("description", new.description, LONGEST_TEXT), ("address", new.address, LONGEST_LINE)
    for name, text, most in texts:
        if len(text) > most:
            raise Invalid(name, N_("太长了。"))
    for name, text in (*(told[:2] for told in texts), ("plate", new.plate or "")):
        if "\x00" in text:
            raise Invalid(name, N_("里面有看不见的字符。"))


def _check_numbers(new: NewReport) -> None:
    ranges = [("place.accuracy_m", new.place.accuracy_m or 0.0, 0.0, FARTHEST_M)]
    if new.count:
        ranges += [
            ("count.observed", new.count.observed, 0, MOST_COUNTED),
            ("count.violations", new.count.violations, 0, MOST_COUNTED),
            ("count.minutes", new.count.minutes, 1, MOST_MINUTES),
        ]
    for name, number, low, high in ranges:
        if not low <= number <= high:
            raise Invalid(name, N_("这个数超出了可能的范围。"))
    if new.count and new.count.violations > new.count.observed:
        raise Invalid("count.violations", N_("违规数不能比观察数还多。"))


def _check_quota(person: Person, new: NewReport, limits: IntakeLimits, now: datetime) -> None:
    today = [report_id for at, report_id in identities.own_reports(person, before=None, limit=2000) if at > now - A_DAY]
    if photos.count_announced(today) + len(new.photos) > limits.daily_photos:
        raise Invalid(
            "photos",
            N_("今天的照片已经太多（最多 %(most)s 张），请明天再报。"),
            code="daily_limit",
            most=str(limits.daily_photos),
        )


def _enter(manifest: Manifest, new: NewReport, now: datetime) -> Report:
    place = new.place
    point = points.to_wgs84(place.lat, place.lng, place.datum)
    location = geography.require_beijing(point, place.accuracy_m or 0.0)
    if location.district is None:
        raise Invalid("place", N_("这个位置不在北京市内。"))
    nearest = location.streets[0].street.code if location.streets else None
    report = Report(
        id=manifest.id,
        manifest=manifest,
        state=ReportState.INCOMPLETE,
        category_code=new.category,
        form=new.form,
        description=new.description.strip(),
        address=new.address.strip(),
        captured_at=new.captured_at,
        announced_at=now,
        lat=point.lat,
        lng=point.lng,
        given_lat=place.lat,
        given_lng=place.lng,
        datum=place.datum,
        accuracy_m=place.accuracy_m,
        source=place.source,
        fixed_at=place.fixed_at,
        cell=points.cell(point),
        district_code=location.district.code,
        street_code=nearest,
        doubtful=location.doubtful,
        plate=new.plate,
        plate_key=plate_key(new.plate),
        same_as=new.same_as,
        alias=secrets.choice(ALIASES),
        **(asdict(new.count) if new.count else {}),
    )
    db.session.add(report)
    db.session.flush()
    return report


def _complete(report: Report, manifest: Manifest, signer: receipts.Signer, now: datetime) -> None:
    report.state, report.received_at = ReportState.RECEIVED, now
    number = _fresh_number(report.id, now)
    signed = receipts.issue(
        signer,
        number=number,
        report_id=report.id,
        received_at=now,
        content_hash=manifest.content_hash,
        photos=[photo.sha256 for photo in manifest.photos],
        recordings=[note.sha256 for note in manifest.recordings],
    )
    receipt = db.session.get_one(Receipt, report.id, populate_existing=True)
    receipt.document, receipt.signature = signed.document, signed.signature
    db.session.flush()
    queue.enqueue("triage.propose", report.id, now=now)
    audit.record("report.received", report, by=audit.AUTHOR, at=now, receipt=number)


def _fresh_number(report_id: uuid.UUID, now: datetime) -> str:
    for _ in range(MOST_DRAWS):
        number = f"{secrets.randbelow(10**receipts.NUMBER_DIGITS):0{receipts.NUMBER_DIGITS}d}"
        if insert_once(Receipt, report_id=report_id, number=number, issued_at=now, document="", signature=""):
            return number
    raise RuntimeError(f"no free receipt number in {MOST_DRAWS} draws, or the report has its receipt already")


def _progress(report: Report, manifest: Manifest, *, created: bool = False) -> Progress:
    return Progress(report, tuple(photos.missing(manifest)), receipt_of(report), created)


def _leave_out(content: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        if not content[name]:
            del content[name]
    return content
