"""``/tasks``: what one is asked to go and look at."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from inspection.api.task_schemas import TasksOut
from inspection.people.access import Right
from inspection.tickets import stories, tasks
from inspection.tickets.models import Task
from inspection.web import session
from inspection.web.page import picture_url
from inspection.web.requires import requires

blueprint = Blueprint("api_tasks", __name__, description="What inspectors are asked to look at")


@blueprint.get("/tasks")
@requires(Right.REPORT_SEND, scope="reports:read")
@blueprint.response(200, TasksOut)
def list_tasks() -> ResponseReturnValue:
    """One's own tasks that wait, the most urgent first."""
    return {"items": [as_json(task) for task in tasks.open_of(session.person())]}


def as_json(task: Task) -> dict[str, Any]:
    """A task as whoever was asked sees it."""
    ticket, answer = task.ticket, stories.last_answer(task.ticket)
    before = [photo for link in ticket.reports for photo in link.report.manifest.photos]
    return {
        "id": task.id,
        "kind": task.kind.value,
        "category": ticket.category_code,
        "place": ticket.place,
        "lat": ticket.lat,
        "lng": ticket.lng,
        "due_on": task.due_on,
        "before": picture_url(next(iter(before), None), "web"),
        "after": picture_url(next(iter(answer.manifest.photos), None), "web") if answer else None,
    }
