"""The table of moves, typed by hand from the rules, against the program's; and walks through every state."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from inspection.kernel.errors import Conflict, NotAllowed
from inspection.people.access import Role
from inspection.tickets import workflow
from inspection.tickets.workflow import Action, OpenRequest, State, allowed, move, open_moves, require_role

ROLES = [role.value for role in Role]
STATES = [None, *State]
REQUESTS = [None, *OpenRequest]

OPEN = ("filed", "dispatched", "handling", "suspended", "handled")

EXPECTED = [
    # action, from, to ("same" stays), who, must have, clock
    ("file", ("–",), "filed", "district city", "category place", "none"),
    ("dispatch", ("filed",), "dispatched", "district city", "unit deadline", "starts"),
    ("accept", ("dispatched",), "handling", "handler", "", "runs"),
    ("request_return", ("dispatched", "handling"), "same", "handler", "ground text", "runs"),
    ("grant_return", ("dispatched", "handling"), "filed", "district", "", "stops"),
    ("refuse_return", ("dispatched", "handling"), "same", "district", "reason", "runs"),
    ("request_extension", ("handling",), "same", "handler", "reason new_date", "runs"),
    ("grant_extension", ("handling",), "same", "district", "", "new_deadline"),
    ("refuse_extension", ("handling",), "same", "district", "reason", "runs"),
    ("suspend", ("handling",), "suspended", "city", "plan expected_date review_date", "stops"),
    ("resume", ("suspended",), "handling", "city", "", "resumes"),
    ("submit", ("handling",), "handled", "handler", "after_photo", "stops"),
    ("pass_recheck", ("handled",), "closed", "district city", "independence verdict photo_or_reason", "none"),
    ("fail_recheck", ("handled",), "handling", "district city", "independence reason photo", "new_deadline"),
    ("lookback_good", ("closed",), "same", "district city", "photo", "none"),
    ("rebound", ("closed",), "handling", "district city", "photo", "new_deadline"),
    ("void", OPEN, "void", "city", "reason", "none"),
    ("supervise", OPEN, "same", "city", "reason", "none"),
    ("unsupervise", OPEN, "same", "city", "", "none"),
    ("instruct", (*OPEN, "closed"), "same", "district city", "text date office", "none"),
]

NEEDED_REQUEST = {
    "grant_return": OpenRequest.RETURN,
    "refuse_return": OpenRequest.RETURN,
    "grant_extension": OpenRequest.EXTENSION,
    "refuse_extension": OpenRequest.EXTENSION,
}


def expected_rows():
    """The table, one row a state."""
    return [
        (action, None if state == "–" else State(state), *rest)
        for action, states, *rest in EXPECTED
        for state in states
    ]


@pytest.mark.parametrize(("action", "state", "to", "who", "needs", "clock"), expected_rows())
def test_every_row_of_the_table_is_open(action, state, to, who, needs, clock):
    made = move(state, Action(action), request=NEEDED_REQUEST.get(action))

    assert made.to == (state if to == "same" else to)
    assert " ".join(made.who) == who
    assert " ".join(made.needs) == needs
    assert made.clock == clock


def test_the_program_knows_no_move_that_is_not_in_the_table():
    ours = {
        (made.action.value, state)
        for state in STATES
        for request in REQUESTS
        for extensions in (0, 1, 2)
        for supervised in (None, True, False)
        for made in open_moves(state, request, extensions, supervised=supervised)
    }

    assert ours == {(action, state) for action, state, *_ in expected_rows()}


def test_only_rework_and_rebound_begin_a_new_round_and_three_moves_are_counted():
    made = [move(state, Action(action), request=NEEDED_REQUEST.get(action)) for action, state, *_ in expected_rows()]

    assert {each.action.value for each in made if each.next_round} == {"fail_recheck", "rebound"}
    assert {each.action.value: each.tally.value for each in made if each.tally} == {
        "grant_extension": "extension",
        "fail_recheck": "rework",
        "rebound": "rebound",
    }


# requests


@pytest.mark.parametrize("state", [State.DISPATCHED, State.HANDLING])
def test_a_return_is_asked_for_and_then_decided_by_the_district(state):
    asked = move(state, Action.REQUEST_RETURN)

    granted = move(asked.to, Action.GRANT_RETURN, request=asked.request)
    refused = move(asked.to, Action.REFUSE_RETURN, request=asked.request)

    assert (asked.to, asked.request) == (state, OpenRequest.RETURN)
    assert (granted.to, granted.request, granted.who) == (State.FILED, None, ("district",))
    assert (refused.to, refused.request, refused.who) == (state, None, ("district",))


@pytest.mark.parametrize("action", [Action.GRANT_RETURN, Action.REFUSE_RETURN])
def test_a_return_about_which_districts_disagree_is_decided_by_the_city(action):
    disputed = workflow.disputed(OpenRequest.RETURN)

    assert disputed is OpenRequest.DISPUTED_RETURN
    assert move(State.DISPATCHED, action, request=disputed).who == ("city",)


@pytest.mark.parametrize("request_", [None, OpenRequest.EXTENSION])
def test_there_is_no_dispute_without_a_return(request_):
    with pytest.raises(Conflict, match="退单申请"):
        workflow.disputed(request_)


@pytest.mark.parametrize("action", [Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION])
@pytest.mark.parametrize(("granted", "who"), [(0, "district"), (1, "city"), (2, "city")])
def test_the_first_extension_is_the_districts_and_later_ones_are_the_citys(action, granted, who):
    asked = move(State.HANDLING, Action.REQUEST_EXTENSION, extensions=granted)

    assert asked.request is OpenRequest.EXTENSION
    assert asked.who == ("handler",)
    assert move(State.HANDLING, action, request=asked.request, extensions=granted).who == (who,)


def test_earlier_extensions_do_not_move_a_return_to_the_city():
    assert move(State.HANDLING, Action.GRANT_RETURN, request=OpenRequest.RETURN, extensions=2).who == ("district",)


@pytest.mark.parametrize("request_", list(OpenRequest))
@pytest.mark.parametrize("action", [Action.REQUEST_RETURN, Action.REQUEST_EXTENSION, Action.SUSPEND])
def test_while_one_request_is_open_there_is_no_second_one_and_no_suspension(request_, action):
    with pytest.raises(Conflict, match="申请还没有决定，不能"):
        move(State.HANDLING, action, request=request_)


@pytest.mark.parametrize(
    ("action", "request_", "missing"),
    [
        (Action.GRANT_RETURN, None, "没有退单申请"),
        (Action.REFUSE_RETURN, OpenRequest.EXTENSION, "没有退单申请"),
        (Action.GRANT_EXTENSION, None, "没有延期申请"),
        (Action.REFUSE_EXTENSION, OpenRequest.RETURN, "没有延期申请"),
    ],
)
def test_nothing_is_decided_that_nobody_asked_for(action, request_, missing):
    with pytest.raises(Conflict, match=missing):
        move(State.HANDLING, action, request=request_)


@pytest.mark.parametrize("request_", list(OpenRequest))
def test_an_answer_and_a_voiding_let_an_open_request_lapse_and_acceptance_keeps_it(request_):
    assert move(State.HANDLING, Action.SUBMIT, request=request_).request is None
    assert move(State.HANDLING, Action.VOID, request=request_).request is None
    assert move(State.DISPATCHED, Action.ACCEPT, request=request_).request is request_
    assert move(State.HANDLING, Action.INSTRUCT, request=request_).request is request_


def test_supervision_is_put_on_once_and_taken_off_once():
    assert move(State.HANDLING, Action.SUPERVISE, supervised=False).to is State.HANDLING
    assert move(State.HANDLING, Action.UNSUPERVISE, supervised=True).to is State.HANDLING
    with pytest.raises(Conflict, match="已经在督办，不能督办"):
        move(State.HANDLING, Action.SUPERVISE, supervised=True)
    with pytest.raises(Conflict, match="没有在督办，不能解除督办"):
        move(State.HANDLING, Action.UNSUPERVISE, supervised=False)


# refusals


def test_a_refusal_names_the_state_and_what_is_open_to_whom():
    with pytest.raises(Conflict) as refused:
        move(State.HANDLED, Action.ACCEPT, supervised=False)

    assert str(refused.value) == (
        "工单现在是“待核查”，不能签收。现在可以："
        "核查通过（区文明办、首都文明办督查处）、核查不通过（区文明办、首都文明办督查处）、"
        "作废（首都文明办督查处）、督办（首都文明办督查处）、批示（区文明办、首都文明办督查处）。"
    )


def test_a_refusal_because_of_a_request_names_who_decides_it():
    with pytest.raises(Conflict) as refused:
        move(State.HANDLING, Action.SUSPEND, request=OpenRequest.EXTENSION, extensions=1, supervised=True)

    assert str(refused.value) == (
        "工单现在是“处置中”，延期申请还没有决定，不能挂账。现在可以："
        "同意延期（首都文明办督查处）、不同意延期（首都文明办督查处）、反馈（承办人）、"
        "作废（首都文明办督查处）、解除督办（首都文明办督查处）、批示（区文明办、首都文明办督查处）。"
    )


@pytest.mark.parametrize("action", list(Action))
def test_nothing_leads_out_of_void(action):
    with pytest.raises(Conflict, match=r"工单现在是“作废”，不能.+，也不能再办别的"):
        move(State.VOID, action)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("extensions", [0, 1])
def test_every_refused_move_names_the_open_ones_and_only_those(state, request_, extensions):
    moves = open_moves(state, request_, extensions)

    for action in set(Action) - {made.action for made in moves}:
        with pytest.raises(Conflict) as refused:
            move(state, action, request=request_, extensions=extensions)

        told = refused.value.params.get("moves", ())
        assert list(map(str, told)) == [str(made.told()) for made in moves]
        assert workflow.ACTION_NAMES[action] in str(refused.value)
        assert (workflow.STATE_NAMES[state] if state else "未立案") in str(refused.value)


# roles


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("action", "state", "to", "who", "needs", "clock"), expected_rows())
def test_each_move_is_for_its_roles_alone(role, action, state, to, who, needs, clock):
    made = move(state, Action(action), request=NEEDED_REQUEST.get(action))

    assert allowed(made, role) is (role in who.split())


def test_whoever_may_not_is_told_who_may():
    made = move(State.FILED, Action.DISPATCH)

    require_role(made, "district")
    require_role(made, "city")
    with pytest.raises(NotAllowed) as refused:
        require_role(made, "handler")

    assert str(refused.value) == "您不能派遣。能做的是：区文明办、首都文明办督查处。"


@pytest.mark.parametrize(
    ("recheck_unit", "rechecker", "expected"),
    [(None, "officer", True), ("other", "officer", True), ("unit", "colleague", False), ("other", "handler", False)],
    ids=["an officer without a unit", "another unit", "a colleague", "a handler who has changed units"],
)
def test_a_recheck_is_by_someone_who_neither_handled_it_nor_works_with_those_who_did(recheck_unit, rechecker, expected):
    assert workflow.independent(recheck_unit, rechecker, "unit", {"handler", "second handler"}) is expected


# words


def test_every_state_and_action_has_its_words():
    assert set(workflow.STATE_NAMES) == set(workflow.PLAIN_STATE_NAMES) == set(State)
    assert set(workflow.ACTION_NAMES) == set(Action)
    assert len(set(workflow.STATE_NAMES.values())) == len(State)
    assert len(set(workflow.ACTION_NAMES.values())) == len(Action)


# walks


def test_every_state_can_be_reached_and_every_open_one_can_still_be_closed():
    reached, frontier = set(), [(None, None)]
    leads_to = {}
    while frontier:
        place = frontier.pop()
        if place in reached:
            continue
        reached.add(place)
        leads_to[place] = {(made.to, made.request) for made in open_moves(*place)}
        frontier += leads_to[place]

    closable = {place for place in reached if place[0] is State.CLOSED}
    while grown := {place for place in reached - closable if leads_to[place] & closable}:
        closable |= grown

    assert {state for state, _ in reached} == {None, *State}
    assert {state for state, request in reached if request} == {State.DISPATCHED, State.HANDLING}
    assert reached - closable == {(State.VOID, None)}


class TicketsLife(RuleBasedStateMachine):
    """Any moves that anyone tries, in any order."""

    def __init__(self):
        super().__init__()
        self.state, self.request, self.extensions, self.round, self.supervised = None, None, 0, 1, False
        self.clock = None

    def known(self):
        """What the next move depends on."""
        return {"request": self.request, "extensions": self.extensions, "supervised": self.supervised}

    @rule(action=st.sampled_from(Action))
    def try_anything(self, action):
        offered = {made.action: made for made in open_moves(self.state, **self.known())}
        if action not in offered:
            with pytest.raises(Conflict):
                move(self.state, action, **self.known())
            return
        assert move(self.state, action, **self.known()) == offered[action]
        self._make(offered[action])

    @precondition(lambda self: open_moves(self.state, **self.known()))
    @rule(data=st.data())
    def go_on(self, data):
        self._make(data.draw(st.sampled_from(open_moves(self.state, **self.known()))))

    @precondition(lambda self: self.request is OpenRequest.RETURN)
    @rule()
    def disagree(self):
        self.request = workflow.disputed(self.request)

    @invariant()
    def a_request_waits_only_with_a_unit(self):
        assert self.request is None or self.state in {State.DISPATCHED, State.HANDLING}
        assert self.request is not OpenRequest.EXTENSION or self.state is State.HANDLING

    @invariant()
    def the_clock_runs_exactly_while_a_unit_holds_the_ticket(self):
        assert self.state is State.VOID or (self.clock == "runs") is (self.state in {State.DISPATCHED, State.HANDLING})

    @invariant()
    def someone_can_go_on_unless_it_is_void(self):
        moves = open_moves(self.state, **self.known())
        assert bool(moves) is (self.state is not State.VOID)
        assert all(made.who for made in moves)

    def _make(self, made):
        self.state, self.request = made.to, made.request
        self.extensions += made.action is Action.GRANT_EXTENSION
        self.supervised = (self.supervised or made.action is Action.SUPERVISE) and made.action is not Action.UNSUPERVISE
        self.clock = {
            "starts": "runs",
            "resumes": "runs",
            "new_deadline": "runs",
            "runs": "runs",
            "stops": "stands",
        }.get(made.clock.value, self.clock)


TestTicketsLife = TicketsLife.TestCase
TestTicketsLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
