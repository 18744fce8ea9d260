"""What the city office does with inspectors on a ticket's page: asks, reads, rests a verdict on what they brought."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from inspection.kernel.calendar import DAY, day_of, now
from inspection.kernel.db import db
from inspection.people.models import Person
from inspection.tickets.models import Finding, Recheck, Task, TaskKind, Ticket
from inspection.tickets.workflow import State
from tests.make import Make, jpeg
from tests.web.browser import Browser, file, hidden, work

Open = Callable[..., Browser]


class Case:
    """A ticket with the browsers of everyone who may see it."""

    def __init__(self, make: Make, browser: Open, state: State) -> None:
        self.make, unit, officer = make, make.unit(), make.officer()
        self.author: Person = make.inspector()
        self.id = make.ticket(state, by=self.author, unit=unit, officer=officer, now=now() - timedelta(days=1)).id
        self.url = f"/desk/tickets/{self.id}"
        holder = db.session.scalars(db.select(Person).where(Person.unit_id == unit.id)).one()
        self.city, self.officer, self.handler = browser(make.city()), browser(officer), browser(holder)

    @property
    def ticket(self) -> Ticket:
        db.session.expire_all()
        return db.session.get_one(Ticket, self.id)

    def move(self, mine: Browser, action: str, **given: object) -> object:
        seen = hidden(mine.page(self.url))["seen"]
        return mine.send(f"{self.url}/moves/{action}", {"seen": seen} | given, page=self.url)

    def visited(self, finding: Finding = Finding.GOOD, note: str = "花箱摆好了") -> Task:
        person = self.make.inspector(name="欧阳金丝雀")
        kind = TaskKind.RECHECK if self.ticket.state is State.HANDLED else TaskKind.LOOKBACK
        task = self.make.task(self.ticket, person, kind=kind, now=now())
        self.make.opinion(task, person, jpeg(990), verdict=finding, note=note, now=now())
        work()
        return db.session.get_one(Task, task.id)


@pytest.fixture
def case(make: Make, browser: Open) -> Callable[[State], Case]:
    return lambda state: Case(make, browser, state)


Cases = Callable[[State], Case]


@pytest.mark.parametrize(
    ("state", "label", "kind"),
    [(State.HANDLED, "请督查员去看改好没有", TaskKind.RECHECK), (State.CLOSED, "请督查员回头看", TaskKind.LOOKBACK)],
)
def test_the_city_asks_somebody_with_three_days_unless_it_says_otherwise(
    make: Make, case: Cases, state: State, label: str, kind: TaskKind
) -> None:
    one = case(state)
    make.inspector()

    page = one.city.page(one.url)
    due_on = re.search(r'name="due_on" type="date" value="([^"]+)"', page)
    answer = one.city.send(f"{one.url}/tasks", {"due_on": due_on and due_on[1]}, page=one.url)

    task = db.session.scalars(db.select(Task)).one()
    assert label in page
    assert (answer.status_code, answer.location) == (303, one.url)
    assert (task.kind, task.due_on) == (kind, day_of(now()) + 3 * DAY)
    assert f"已请督查员·{task.alias} 去看" in one.city.page(one.url)


@pytest.mark.parametrize("due_on", ["", "nonsense", "2020-01-01", "2999-01-01"])
def test_a_day_that_cannot_be_is_said_at_its_field(case: Cases, due_on: str) -> None:
    one = case(State.HANDLED)

    answer = one.city.send(f"{one.url}/tasks", {"due_on": due_on}, page=one.url)

    assert answer.status_code == 422
    assert re.search(r'class="wrong" id="move\d+-due_on-wrong"', answer.text)
    assert f'value="{due_on}"' in answer.text


def test_where_nobody_fits_it_is_said_in_words(case: Cases) -> None:
    one = case(State.HANDLED)

    answer = one.city.send(f"{one.url}/tasks", {"due_on": day_of(now()).isoformat()}, page=one.url)

    assert answer.status_code == 409 and "眼下没有合适的督查员可以请" in answer.text


@pytest.mark.parametrize(
    ("finding", "words"),
    [(Finding.GOOD, "去看过：改好了"), (Finding.BAD, "去看过：没有改好"), (Finding.UNREACHABLE, "去看过：到不了现场")],
)
def test_the_city_reads_what_was_seen_by_alias(case: Cases, finding: Finding, words: str) -> None:
    one = case(State.HANDLED)
    task = one.visited(finding)

    page = one.city.page(one.url)

    assert f"督查员·{task.alias} {words}" in page and "花箱摆好了" in page and "离原点" in page
    assert "欧阳" not in page
    section = page.split("督查员去看")[1].split("</section>")[0]
    (thumb,) = set(re.findall(r'src="(/pictures/[^"]+)"', section))
    assert one.city.get(thumb).status_code == 200
    assert one.ticket.number in one.city.page("/desk/tickets?view=visited")


def test_a_verdict_rests_on_the_inspectors_picture_instead_of_an_upload(case: Cases) -> None:
    one = case(State.HANDLED)
    task = one.visited(Finding.BAD, "还堆着")
    photo_id = task.opinion and task.opinion.manifest.photos[0].id
    before = one.officer.get(f"/pictures/{photo_id}/thumb.jpg").status_code

    answer = one.move(one.city, "fail_recheck", note="还堆着", visit=str(task.id))

    recheck = db.session.scalars(db.select(Recheck)).one()
    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert (one.ticket.state, recheck.manifest_id) == (State.HANDLING, task.opinion and task.opinion.id)
    assert (before, one.officer.get(f"/pictures/{photo_id}/thumb.jpg").status_code) == (404, 200)
    assert one.ticket.number not in one.city.page("/desk/tickets?view=visited")


def test_a_choice_and_an_upload_contradict_each_other(case: Cases) -> None:
    one = case(State.CLOSED)
    task = one.visited()

    both = one.move(one.city, "lookback_good", visit=str(task.id), photos=[file(jpeg(991))])
    wrong = one.move(one.city, "lookback_good", visit="nonsense")
    right = one.move(one.city, "lookback_good", visit=str(task.id))

    assert [answer.status_code for answer in (both, wrong, right)] == [422, 422, 303]  # type: ignore[attr-defined]
    assert f'value="{task.id}" checked' in both.text  # type: ignore[attr-defined]


def test_the_dissatisfied_have_a_view_of_their_own_and_their_reason_stands_without_a_name(case: Cases) -> None:
    one = case(State.CLOSED)
    report = one.ticket.reports[0].report
    one.make.feedback(report.id, one.author, "墙角还有两袋", jpeg(992), now=now())
    work()

    listed, page = one.city.page("/desk/tickets?view=dissatisfied"), one.city.page(one.url)

    assert one.ticket.number in listed and re.search(r"不满意\s+1", listed)
    assert f"督查员·{report.alias} 不满意" in page and "墙角还有两袋" in page and "请督查员回头看" in page
    assert one.author.name not in page
    section = page.split("报的人不满意")[1].split("</section>")[0]
    (thumb,) = re.findall(r'src="(/pictures/[^"]+)"', section)
    assert [mine.get(thumb).status_code for mine in (one.city, one.officer, one.handler)] == [200, 404, 404]


def test_what_an_author_added_stands_beside_the_evidence(make: Make, browser: Open) -> None:
    author = make.inspector(name="欧阳金丝雀")
    report = make.report(author, now=now() - timedelta(hours=2))
    make.supplement(report.id, author, "今早又多了一个柜子", jpeg(993), now=now() - timedelta(hours=1))
    work()
    officer = browser(make.officer())

    page = officer.page(f"/desk/triage/{report.id}")

    assert "今早又多了一个柜子" in page and page.count("data-photo ") == 2
    assert "欧阳" not in page
    for picture in re.findall(r'href="(/pictures/[^"]+)"', page):
        assert officer.get(picture).status_code == 200
