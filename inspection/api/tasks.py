"""``/tasks``: what one is asked to go and look at, and what one is asked about one's reports."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from inspection.api.task_schemas import TasksOut
from inspection.kernel.calendar import now
from inspection.people.access import Right
from inspection.reports import questions
from inspection.reports.models import Question
from inspection.tickets import stories, tasks
from inspection.tickets.models import Task
from inspection.web import language, session
from inspection.web.page import picture_url
from inspection.web.requires import requires

blueprint = Blueprint("api_tasks", __name__, description="What inspectors are asked to look at")


@blueprint.get("/tasks")
@requires(Right.REPORT_SEND, scope="reports:read")
@blueprint.response(200, TasksOut)
def list_tasks() -> ResponseReturnValue:
    """One's own tasks and questions that wait, the most urgent first."""
    person = session.person()
    return {
        "items": [as_json(task) for task in tasks.open_of(person)],
        "questions": [question_json(question) for question in questions.waiting_for(person, now())],
    }


def as_json(task: Task) -> dict[str, Any]:
    """A task as whoever was asked sees it."""
    ticket, answer = task.ticket, stories.last_answer(task.ticket)
    before = next((photo for link in ticket.reports for photo in link.report.manifest.photos), None)
    return {
        "id": task.id,
        "kind": task.kind.value,
        "category": ticket.category_code,
        "place": ticket.place,
        "lat": ticket.lat,
        "lng": ticket.lng,
        "due_on": task.due_on,
        "before": picture_url(before, "web"),
        "thumb": picture_url(before),
        "after": picture_url(next(iter(answer.manifest.photos), None), "web") if answer else None,
    }


def question_json(question: Question) -> dict[str, Any]:
    """A question as the author of the report sees it: asked by an office, not by a person."""
    report = question.report
    return {
        "office": language.told(stories.office(question.role, report.district_code)),
        "text": question.text,
        "category": report.category_code,
        "place": report.address or stories.street_name(report),
        "due_on": question.due_on,
        "wants_photo": question.wants_photo,
        "url": url_for("phone.report", report_id=report.id, _anchor="asked"),
    }
