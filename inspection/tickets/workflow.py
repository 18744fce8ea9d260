"""Which moves a ticket can make, who may make them, what each needs and does to the clock (流转). Pure.

The table is domain.md §3, one rule a row; three readings are ours. An answer or a voiding lets an open request lapse,
because nothing is left to decide. A ticket is put aside (挂账) only when no request waits for a decision. And verdicts
are given by an officer: an inspector who was asked to look brings the picture.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspection.kernel.errors import Conflict, NotAllowed
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.text import N_
from inspection.people.access import ROLE_NAMES, Role


class State(StrEnum):
    """Where a ticket stands."""

    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    HANDLED = "handled"
    CLOSED = "closed"
    VOID = "void"


RUNNING = (State.DISPATCHED, State.HANDLING)
"""Where the clock runs."""


class Action(StrEnum):
    """What can be done to a ticket."""

    FILE = "file"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    REQUEST_RETURN = "request_return"
    GRANT_RETURN = "grant_return"
    REFUSE_RETURN = "refuse_return"
    REQUEST_EXTENSION = "request_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SUSPEND = "suspend"
    RESUME = "resume"
    SUBMIT = "submit"
    PASS_RECHECK = "pass_recheck"  # noqa: S105 - a verdict, not a secret
    FAIL_RECHECK = "fail_recheck"
    LOOKBACK_GOOD = "lookback_good"
    REBOUND = "rebound"
    VOID = "void"
    SUPERVISE = "supervise"
    UNSUPERVISE = "unsupervise"
    INSTRUCT = "instruct"


class OpenRequest(StrEnum):
    """A request of the unit that waits for a decision; a ticket has one at a time.

    A return is DISPUTED once districts disagree about whose the problem is: the city decides it then.
    """

    RETURN = "return"
    DISPUTED_RETURN = "disputed_return"
    EXTENSION = "extension"


class Need(StrEnum):
    """What a move must come with. The service looks at the data; a move names what it will look for."""

    CATEGORY = "category"
    PLACE = "place"
    UNIT = "unit"
    DEADLINE = "deadline"
    GROUND = "ground"
    """属地不符, 权属不清 or 职责不符."""
    TEXT = "text"
    REASON = "reason"
    NEW_DATE = "new_date"
    PLAN = "plan"
    EXPECTED_DATE = "expected_date"
    REVIEW_DATE = "review_date"
    AFTER_PHOTO = "after_photo"
    """At least one, taken after filing and near the place."""
    INDEPENDENCE = "independence"
    """Someone other than the handler's unit; see ``independent``."""
    VERDICT = "verdict"
    PHOTO = "photo"
    PHOTO_OR_REASON = "photo_or_reason"
    """A recheck photo, or the reason why there is none."""
    DATE = "date"
    OFFICE = "office"


class ClockEffect(StrEnum):
    """What a move does to the ticket's clock."""

    STARTS = "starts"
    RUNS = "runs"
    STOPS = "stops"
    RESUMES = "resumes"
    NEW_DEADLINE = "new_deadline"
    NONE = "none"


class Tally(StrEnum):
    """What a move is counted as in the scores (延期, 返工, 反弹)."""

    EXTENSION = "extension"
    REWORK = "rework"
    REBOUND = "rebound"


class Meeting(StrEnum):
    """What a rule does when it meets a request: open one, decide one, wait until none is open, let it lapse, or keep
    it as it is.
    """

    OPENS = "opens"
    DECIDES = "decides"
    WAITS = "waits"
    LAPSES = "lapses"
    KEEPS = "keeps"


@dataclass(frozen=True)
class Asking:
    """How a rule meets the requests that it is about; ``higher`` decides what is disputed or asked for again."""

    how: Meeting
    about: tuple[OpenRequest, ...] = ()
    higher: tuple[Role, ...] = ()


HANDLER, DISTRICT, CITY = (Role.HANDLER,), (Role.DISTRICT,), (Role.CITY,)
OFFICES = (Role.DISTRICT, Role.CITY)
IN_HAND = frozenset({State.DISPATCHED, State.HANDLING})
OPEN = frozenset({State.FILED, State.DISPATCHED, State.HANDLING, State.SUSPENDED, State.HANDLED})

RETURNS, EXTENSIONS = (OpenRequest.RETURN, OpenRequest.DISPUTED_RETURN), (OpenRequest.EXTENSION,)
OPENS_RETURN, DECIDES_RETURN = Asking(Meeting.OPENS, RETURNS), Asking(Meeting.DECIDES, RETURNS, CITY)
OPENS_EXTENSION, DECIDES_EXTENSION = Asking(Meeting.OPENS, EXTENSIONS), Asking(Meeting.DECIDES, EXTENSIONS, CITY)
WAITS, LAPSES, KEEPS = Asking(Meeting.WAITS), Asking(Meeting.LAPSES), Asking(Meeting.KEEPS)


@dataclass(frozen=True)
class Rule:
    """One row of the table. ``to`` is None where the state stays; a rework or rebound begins the next round."""

    action: Action
    origins: Collection[State | None]
    to: State | None
    who: tuple[Role, ...]
    clock: ClockEffect = ClockEffect.NONE
    needs: tuple[Need, ...] = ()
    asking: Asking = KEEPS
    tally: Tally | None = None
    supervised: bool | None = None


@dataclass(frozen=True)
class Move:
    """A move that is open now: the state and the open request that it leads to, who may make it, and what it needs."""

    action: Action
    to: State
    who: tuple[Role, ...]
    needs: tuple[Need, ...]
    clock: ClockEffect
    next_round: bool
    tally: Tally | None
    request: OpenRequest | None

    def told(self) -> Phrase:
        """The move and who may make it, such as ``签收（承办人）``."""
        return Phrase(N_("%(action)s（%(roles)s）"), {"action": ACTION_NAMES[self.action], "roles": _names(self.who)})


STATE_NAMES: Mapping[State, str] = {
    State.FILED: N_("待派遣"),
    State.DISPATCHED: N_("待签收"),
    State.HANDLING: N_("处置中"),
    State.SUSPENDED: N_("挂账"),
    State.HANDLED: N_("待核查"),
    State.CLOSED: N_("已结案"),
    State.VOID: N_("作废"),
}
"""The office's words."""

PLAIN_STATE_NAMES: Mapping[State, str] = {
    State.FILED: N_("已立案"),
    State.DISPATCHED: N_("已立案"),
    State.HANDLING: N_("正在整改"),
    State.SUSPENDED: N_("要等一段时间"),
    State.HANDLED: N_("改了，等复核"),
    State.CLOSED: N_("已改好"),
    State.VOID: N_("已作废"),
}
"""The phone's words, for whoever reported the problem."""

NOT_FILED = N_("未立案")

ACTION_NAMES: Mapping[Action, str] = {
    Action.FILE: N_("立案"),
    Action.DISPATCH: N_("派遣"),
    Action.ACCEPT: N_("签收"),
    Action.REQUEST_RETURN: N_("申请退单"),
    Action.GRANT_RETURN: N_("同意退单"),
    Action.REFUSE_RETURN: N_("不同意退单"),
    Action.REQUEST_EXTENSION: N_("申请延期"),
    Action.GRANT_EXTENSION: N_("同意延期"),
    Action.REFUSE_EXTENSION: N_("不同意延期"),
    Action.SUSPEND: N_("挂账"),
    Action.RESUME: N_("恢复处置"),
    Action.SUBMIT: N_("反馈"),
    Action.PASS_RECHECK: N_("核查通过"),
    Action.FAIL_RECHECK: N_("核查不通过"),
    Action.LOOKBACK_GOOD: N_("回头看：良好"),
    Action.REBOUND: N_("回头看：反弹"),
    Action.VOID: N_("作废"),
    Action.SUPERVISE: N_("督办"),
    Action.UNSUPERVISE: N_("解除督办"),
    Action.INSTRUCT: N_("批示"),
}

REQUEST_OPEN: Mapping[OpenRequest, str] = {
    OpenRequest.RETURN: N_("退单申请还没有决定"),
    OpenRequest.DISPUTED_RETURN: N_("有争议的退单申请还没有决定"),
    OpenRequest.EXTENSION: N_("延期申请还没有决定"),
}
NO_REQUEST: Mapping[OpenRequest, str] = {
    OpenRequest.RETURN: N_("没有退单申请"),
    OpenRequest.EXTENSION: N_("没有延期申请"),
}
SUPERVISED, NOT_SUPERVISED = N_("已经在督办"), N_("没有在督办")

# fmt: off
TABLE: tuple[Rule, ...] = (
    Rule(Action.FILE, {None}, State.FILED, OFFICES, needs=(Need.CATEGORY, Need.PLACE)),
    Rule(Action.DISPATCH, {State.FILED}, State.DISPATCHED, OFFICES, ClockEffect.STARTS, (Need.UNIT, Need.DEADLINE)),
    Rule(Action.ACCEPT, {State.DISPATCHED}, State.HANDLING, HANDLER, ClockEffect.RUNS),
    Rule(Action.REQUEST_RETURN, IN_HAND, None, HANDLER, ClockEffect.RUNS, (Need.GROUND, Need.TEXT), OPENS_RETURN),
    Rule(Action.GRANT_RETURN, IN_HAND, State.FILED, DISTRICT, ClockEffect.STOPS, (), DECIDES_RETURN),
    Rule(Action.REFUSE_RETURN, IN_HAND, None, DISTRICT, ClockEffect.RUNS, (Need.REASON,), DECIDES_RETURN),
    Rule(Action.REQUEST_EXTENSION, {State.HANDLING}, None, HANDLER, ClockEffect.RUNS,
         (Need.REASON, Need.NEW_DATE), OPENS_EXTENSION),
    Rule(Action.GRANT_EXTENSION, {State.HANDLING}, None, DISTRICT, ClockEffect.NEW_DEADLINE,
         (), DECIDES_EXTENSION, Tally.EXTENSION),
    Rule(Action.REFUSE_EXTENSION, {State.HANDLING}, None, DISTRICT, ClockEffect.RUNS,
         (Need.REASON,), DECIDES_EXTENSION),
    Rule(Action.SUSPEND, {State.HANDLING}, State.SUSPENDED, CITY, ClockEffect.STOPS,
         (Need.PLAN, Need.EXPECTED_DATE, Need.REVIEW_DATE), WAITS),
    Rule(Action.RESUME, {State.SUSPENDED}, State.HANDLING, CITY, ClockEffect.RESUMES),
    Rule(Action.SUBMIT, {State.HANDLING}, State.HANDLED, HANDLER, ClockEffect.STOPS, (Need.AFTER_PHOTO,), LAPSES),
    Rule(Action.PASS_RECHECK, {State.HANDLED}, State.CLOSED, OFFICES, ClockEffect.NONE,
         (Need.INDEPENDENCE, Need.VERDICT, Need.PHOTO_OR_REASON)),
    Rule(Action.FAIL_RECHECK, {State.HANDLED}, State.HANDLING, OFFICES, ClockEffect.NEW_DEADLINE,
         (Need.INDEPENDENCE, Need.REASON, Need.PHOTO), tally=Tally.REWORK),
    Rule(Action.LOOKBACK_GOOD, {State.CLOSED}, None, OFFICES, needs=(Need.PHOTO,)),
    Rule(Action.REBOUND, {State.CLOSED}, State.HANDLING, OFFICES, ClockEffect.NEW_DEADLINE,
         (Need.PHOTO,), tally=Tally.REBOUND),
    Rule(Action.VOID, OPEN, State.VOID, CITY, needs=(Need.REASON,), asking=LAPSES),
    Rule(Action.SUPERVISE, OPEN, None, CITY, needs=(Need.REASON,), supervised=False),
    Rule(Action.UNSUPERVISE, OPEN, None, CITY, supervised=True),
    Rule(Action.INSTRUCT, OPEN | {State.CLOSED}, None, OFFICES, needs=(Need.TEXT, Need.DATE, Need.OFFICE)),
)
# fmt: on


def move(
    state: State | None,
    action: Action,
    *,
    request: OpenRequest | None = None,
    extensions: int = 0,
    supervised: bool | None = None,
) -> Move:
    """What ``action`` does to a ticket in ``state`` (None: not yet filed).

    ``extensions`` counts those granted so far. ``supervised`` None leaves both moves of 督办 open. Raises Conflict,
    naming the state and the moves that are open and to whom, where the action is not.
    """
    moves = open_moves(state, request, extensions, supervised=supervised)
    for candidate in moves:
        if candidate.action is action:
            return candidate
    raise _refusal(state, action, moves, _why_not(state, action, request, supervised))


def open_moves(
    state: State | None, request: OpenRequest | None = None, extensions: int = 0, *, supervised: bool | None = None
) -> tuple[Move, ...]:
    """Every move that is open now, in the order of a ticket's life."""
    return tuple(
        _made(rule, state, request, extensions)
        for rule in TABLE
        if state in rule.origins and _hindrance(rule, request, supervised) is None
    )


def allowed(move: Move, role: str) -> bool:
    """Whether someone of this role may make the move."""
    return role in move.who


def require_role(move: Move, role: str) -> None:
    """Raise NotAllowed, saying who may, unless someone of this role may make the move."""
    if not allowed(move, role):
        raise NotAllowed(
            N_("您不能%(action)s。能做的是：%(roles)s。"), action=ACTION_NAMES[move.action], roles=_names(move.who)
        )


def disputed(request: OpenRequest | None) -> OpenRequest:
    """The open return once districts disagree about it, so that the city decides; raises Conflict if none is open."""
    if request not in RETURNS:
        raise Conflict(N_("没有等着决定的退单申请，谈不上争议。"))
    return OpenRequest.DISPUTED_RETURN


def independent(
    recheck_unit: object | None, rechecker_id: object, handler_unit: object, handler_ids: Collection[object]
) -> bool:
    """Whether whoever rechecks is neither of the handler's unit nor one of those who handled the ticket."""
    return rechecker_id not in handler_ids and (recheck_unit is None or recheck_unit != handler_unit)


def _hindrance(rule: Rule, request: OpenRequest | None, supervised: bool | None) -> str | None:
    """Why a rule is closed although the state would do."""
    if request is not None and rule.asking.how in {Meeting.OPENS, Meeting.WAITS}:
        return REQUEST_OPEN[request]
    if rule.asking.how is Meeting.DECIDES and request not in rule.asking.about:
        return NO_REQUEST[rule.asking.about[0]]
    if None not in {supervised, rule.supervised} and supervised is not rule.supervised:
        return SUPERVISED if supervised else NOT_SUPERVISED
    return None


def _made(rule: Rule, state: State | None, request: OpenRequest | None, extensions: int) -> Move:
    target = rule.to or state
    if target is None:
        raise ValueError(f"{rule.action} leads nowhere")
    return Move(
        action=rule.action,
        to=target,
        who=rule.asking.higher if rule.asking.higher and _goes_higher(request, extensions) else rule.who,
        needs=rule.needs,
        clock=rule.clock,
        next_round=rule.tally in {Tally.REWORK, Tally.REBOUND},
        tally=rule.tally,
        request=_left_open(rule, request),
    )


def _goes_higher(request: OpenRequest | None, extensions: int) -> bool:
    return request is OpenRequest.DISPUTED_RETURN or (request is OpenRequest.EXTENSION and extensions > 0)


def _left_open(rule: Rule, request: OpenRequest | None) -> OpenRequest | None:
    if rule.asking.how is Meeting.OPENS:
        return rule.asking.about[0]
    return request if rule.asking.how is Meeting.KEEPS else None


def _why_not(state: State | None, action: Action, request: OpenRequest | None, supervised: bool | None) -> str | None:
    rules = (rule for rule in TABLE if rule.action is action and state in rule.origins)
    return next((_hindrance(rule, request, supervised) for rule in rules), None)


def _refusal(state: State | None, action: Action, moves: tuple[Move, ...], why: str | None) -> Conflict:
    name = STATE_NAMES[state] if state else NOT_FILED
    if not moves:
        return Conflict(
            N_("工单现在是“%(state)s”，不能%(action)s，也不能再办别的。"), state=name, action=ACTION_NAMES[action]
        )
    told = Listing(move.told() for move in moves)
    if why is None:
        message = N_("工单现在是“%(state)s”，不能%(action)s。现在可以：%(moves)s。")
        return Conflict(message, state=name, action=ACTION_NAMES[action], moves=told)
    message = N_("工单现在是“%(state)s”，%(why)s，不能%(action)s。现在可以：%(moves)s。")
    return Conflict(message, state=name, why=why, action=ACTION_NAMES[action], moves=told)


def _names(roles: tuple[Role, ...]) -> Listing:
    return Listing(ROLE_NAMES[role] for role in roles)
