"""The moves of a ticket as forms: what each asks for, and which service it calls (办理)."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import request

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.people import service as people
from inspection.people.models import Person
from inspection.photos.models import Manifest, PhotoRole
from inspection.tickets import requests, service, tasks
from inspection.tickets.deadlines import Limit
from inspection.tickets.deadlines import Unit as TimeUnit
from inspection.tickets.models import ReturnGround, Ticket
from inspection.tickets.workflow import Action
from inspection.web import uploads
from inspection.web.tools import photo_limits, tools
from inspection.web.uploads import Stored


@dataclass(frozen=True)
class Field:
    """One field of a move's form."""

    name: str
    label: str
    type: str = "text"
    hint: str = ""
    required: bool = True
    role: PhotoRole = PhotoRole.RECHECK
    """What the pictures of a file field show."""


@dataclass(frozen=True)
class Given:
    """What came in with a move: the texts, the photos that lie in the store, who, when, and the version looked at."""

    values: Mapping[str, str]
    photos: list[Stored]
    by: Person
    now: datetime
    seen: int | None

    def text(self, name: str) -> str:
        """A text, empty if it was left out."""
        return self.values.get(name, "")

    def day(self, name: str) -> date:
        """A day; raises Invalid naming the field."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as wrong:
            raise Invalid(name, N_("请选一个日期。")) from wrong


@dataclass(frozen=True)
class MoveForm:
    """How a move looks, what it asks for, and what it does."""

    label: str
    do: Callable[[Ticket, Given], None]
    fields: tuple[Field, ...] = ()
    kind: str = ""
    icon: str = ""
    hint: str = ""


def dispatch(ticket: Ticket, given: Given) -> None:
    """派遣."""
    try:
        unit = people.unit(uuid.UUID(given.text("unit")))
    except ValueError as wrong:
        raise Invalid("unit", N_("请选承办单位。")) from wrong
    try:
        limit = Limit(int(given.text("limit_amount")), TimeUnit(given.text("limit_unit")))
    except ValueError as wrong:
        raise Invalid("limit_amount", N_("期限应是一个整数，至少为 1。")) from wrong
    service.dispatch(ticket, unit=unit, limit=limit, by=given.by, now=given.now, seen=given.seen)


def accept(ticket: Ticket, given: Given) -> None:
    """签收."""
    service.accept(ticket, by=given.by, now=given.now, seen=given.seen)


def submit(ticket: Ticket, given: Given) -> None:
    """反馈. The answer's id follows from its photos, so that the same form sent twice is one answer."""
    digests = sorted(one.announced.sha256 for one in given.photos)
    answer_id = uuid.uuid5(ticket.id, f"{ticket.round}:{','.join(digests)}")
    service.announce_answer(
        answer_id,
        ticket,
        note=given.text("note"),
        after=[one.announced for one in given.photos],
        by=given.by,
        limits=photo_limits(tools().settings),
        now=given.now,
    )
    for one in given.photos:
        service.answer_photo_arrived(answer_id, one.announced.sha256, one.facts, by=given.by, now=given.now)


def evidence(ticket: Ticket, given: Given) -> Manifest | None:
    """What a verdict rests on: the pictures that an inspector brought, or those of the form."""
    if not given.text("visit"):
        return uploads.evidence(ticket.id, given.photos, now=given.now)
    if given.photos:
        raise Invalid("photos", N_("已经选了督查员拍的照片，就不用再传；要另传，请选“不用，另传照片”。"))
    try:
        return tasks.evidence(ticket, uuid.UUID(given.text("visit")), by=given.by)
    except ValueError as wrong:
        raise Invalid("visit", N_("这些照片不能用在这里。")) from wrong


def pass_recheck(ticket: Ticket, given: Given) -> None:
    """核查通过."""
    shown = evidence(ticket, given)
    service.pass_recheck(ticket, note=given.text("note"), evidence=shown, by=given.by, now=given.now, seen=given.seen)


def fail_recheck(ticket: Ticket, given: Given) -> None:
    """核查不通过."""
    shown = evidence(ticket, given)
    service.fail_recheck(ticket, reason=given.text("note"), evidence=shown, by=given.by, now=given.now, seen=given.seen)


def look_back(good: bool) -> Callable[[Ticket, Given], None]:
    """回头看, with its verdict."""

    def do(ticket: Ticket, given: Given) -> None:
        shown = evidence(ticket, given)
        service.look_back(
            ticket, good=good, note=given.text("note"), evidence=shown, by=given.by, now=given.now, seen=given.seen
        )

    return do


def request_return(ticket: Ticket, given: Given) -> None:
    """申请退单."""
    try:
        ground = ReturnGround(given.text("ground"))
    except ValueError as wrong:
        raise Invalid("ground", N_("请选退单的理由。")) from wrong
    requests.request_return(ticket, ground=ground, text=given.text("text"), by=given.by, now=given.now, seen=given.seen)


def request_extension(ticket: Ticket, given: Given) -> None:
    """申请延期."""
    requests.request_extension(
        ticket,
        reason=given.text("reason"),
        new_due_on=given.day("new_due_on"),
        by=given.by,
        now=given.now,
        seen=given.seen,
    )


def decide(granted: bool, of: str) -> Callable[[Ticket, Given], None]:
    """同意 or 不同意, of a return or an extension."""

    def do(ticket: Ticket, given: Given) -> None:
        decision = requests.decide_return if of == "return" else requests.decide_extension
        decision(ticket, granted=granted, reason=given.text("reason"), by=given.by, now=given.now)

    return do


def suspend(ticket: Ticket, given: Given) -> None:
    """挂账."""
    requests.suspend(
        ticket,
        plan=given.text("plan"),
        expected_on=given.day("expected_on"),
        review_on=given.day("review_on"),
        by=given.by,
        now=given.now,
        seen=given.seen,
    )


def resume(ticket: Ticket, given: Given) -> None:
    """恢复处置."""
    requests.resume(ticket, by=given.by, now=given.now, seen=given.seen)


def void(ticket: Ticket, given: Given) -> None:
    """作废."""
    service.void(ticket, reason=given.text("reason"), by=given.by, now=given.now, seen=given.seen)


def supervise(ticket: Ticket, given: Given) -> None:
    """督办."""
    service.supervise(ticket, reason=given.text("reason"), by=given.by, now=given.now)


def unsupervise(ticket: Ticket, given: Given) -> None:
    """解除督办."""
    service.supervise(ticket, reason=None, by=given.by, now=given.now)


def instruct(ticket: Ticket, given: Given) -> None:
    """批示."""
    service.instruct(ticket, office=given.text("office"), text=given.text("text"), by=given.by, now=given.now)


REASON = Field("reason", N_("理由"), "textarea")
NOTE = Field("note", N_("说明"), "textarea")
PHOTOS = Field("photos", N_("现场照片"), "file")
AT_LEAST_ONE = N_("三栏里至少交一张，在立案以后拍的")
REPAIR = (
    Field("far", N_("整改后的远景"), "file", N_("认得出是原来的地方"), required=False, role=PhotoRole.FAR),
    Field("near", N_("整改后的近景"), "file", N_("看得清改了什么"), required=False, role=PhotoRole.NEAR),
    Field("photos", N_("整改后的其他照片"), "file", AT_LEAST_ONE, required=False, role=PhotoRole.AFTER),
)
"""Each is held against the picture of the same kind from before."""

FORMS: Mapping[Action, MoveForm] = {
    Action.DISPATCH: MoveForm(
        N_("派遣…"),
        dispatch,
        (
            Field("unit", N_("承办单位"), "select"),
            Field("limit_amount", N_("期限"), "number"),
            Field("limit_unit", N_("期限的单位"), "select"),
        ),
        kind="primary",
        icon="send",
    ),
    Action.ACCEPT: MoveForm(N_("签收，开始处置"), accept, kind="primary", icon="check"),
    Action.SUBMIT: MoveForm(
        N_("反馈：已整改…"),
        submit,
        (*REPAIR, NOTE),
        kind="primary",
        icon="camera",
    ),
    Action.REQUEST_EXTENSION: MoveForm(
        N_("申请延期…"), request_extension, (Field("new_due_on", N_("延到哪一天"), "date"), REASON), icon="calendar"
    ),
    Action.REQUEST_RETURN: MoveForm(
        N_("申请退单…"),
        request_return,
        (Field("ground", N_("退单理由"), "select"), Field("text", N_("说明"), "textarea")),
        icon="undo",
    ),
    Action.GRANT_RETURN: MoveForm(N_("同意退单"), decide(True, "return"), kind="primary"),
    Action.REFUSE_RETURN: MoveForm(N_("不同意退单…"), decide(False, "return"), (REASON,)),
    Action.GRANT_EXTENSION: MoveForm(N_("同意延期"), decide(True, "extension"), kind="primary"),
    Action.REFUSE_EXTENSION: MoveForm(N_("不同意延期…"), decide(False, "extension"), (REASON,)),
    Action.PASS_RECHECK: MoveForm(
        N_("核查通过，结案…"),
        pass_recheck,
        (
            Field("photos", N_("核查照片"), "file", required=False),
            Field("note", N_("说明"), "textarea", N_("没有核查照片时，写明为什么没有"), required=False),
        ),
        kind="primary",
        icon="check",
    ),
    Action.FAIL_RECHECK: MoveForm(
        N_("核查不通过，退回返工…"),
        fail_recheck,
        (Field("note", N_("哪里没有改好"), "textarea"), PHOTOS),
        kind="danger",
    ),
    Action.LOOKBACK_GOOD: MoveForm(
        N_("回头看：良好…"),
        look_back(True),
        (PHOTOS, Field("note", N_("说明"), "textarea", required=False)),
        icon="recheck",
    ),
    Action.REBOUND: MoveForm(N_("回头看：反弹…"), look_back(False), (PHOTOS, NOTE), kind="danger", icon="warn"),
    Action.SUSPEND: MoveForm(
        N_("挂账…"),
        suspend,
        (
            Field("plan", N_("整改计划"), "textarea"),
            Field("expected_on", N_("预计完成日期"), "date"),
            Field("review_on", N_("复议日期"), "date"),
        ),
    ),
    Action.RESUME: MoveForm(N_("恢复处置"), resume, kind="primary"),
    Action.SUPERVISE: MoveForm(N_("列为督办…"), supervise, (REASON,), icon="flag"),
    Action.UNSUPERVISE: MoveForm(N_("解除督办"), unsupervise),
    Action.INSTRUCT: MoveForm(
        N_("记录批示…"),
        instruct,
        (Field("office", N_("批示人职务")), Field("text", N_("批示内容"), "textarea")),
        icon="edit",
    ),
    Action.VOID: MoveForm(N_("作废…"), void, (REASON,), kind="danger"),
}


def taken(form: MoveForm, *, by: Person, now: datetime) -> Given:
    """What the request brings for a move; its photos are taken into the store first."""
    pictures = {field.name: field.role for field in form.fields if field.type == "file"}
    photos = uploads.stored_by_role(pictures, now=now) if pictures else []
    seen = request.form.get("seen", "")
    return Given(request.form.to_dict(), photos, by, now, int(seen) if seen.isdigit() else None)
