"""Who may do what to whose: role × right × scope (权限).

Everything that is not in the table is forbidden. Edges name the right that a route needs; services ask for the scope.
Source: domain.md §2, and the civility regulation's protection of informants (Art. 60(2)): a handler has no right to
any report, because a report is closer to its author than a ticket is.
"""

from collections.abc import Mapping
from enum import StrEnum

from inspection.kernel.errors import NotAllowed
from inspection.kernel.text import N_


class Role(StrEnum):
    """What a person is here for (角色)."""

    INSPECTOR = "inspector"
    HANDLER = "handler"
    DISTRICT = "district"
    CITY = "city"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Kind(StrEnum):
    """The four kinds of inspector (督查员类别)."""

    VETERAN = "veteran"
    DEPUTY = "deputy"
    ADVISER = "adviser"
    CITIZEN = "citizen"


class Right(StrEnum):
    """Something that can be allowed."""

    REPORT_SEND = "report.send"
    REPORT_READ = "report.read"
    REPORT_TRIAGE = "report.triage"
    TICKET_READ = "ticket.read"
    TICKET_DISPATCH = "ticket.dispatch"
    TICKET_HANDLE = "ticket.handle"
    TICKET_RECHECK = "ticket.recheck"
    TICKET_DECIDE = "ticket.decide"
    TICKET_COMMENT = "ticket.comment"
    REPORTER_TELL = "reporter.tell"
    REPORTER_ASK = "reporter.ask"
    TICKET_CALL_IN = "ticket.call_in"
    TASK_ASK = "task.ask"
    FEEDBACK_READ = "feedback.read"
    NOTICE_READ = "notice.read"
    NOTICE_DRAFT = "notice.draft"
    NOTICE_SIGN = "notice.sign"
    AUDIT_VERIFY = "audit.verify"
    PEOPLE_MANAGE = "people.manage"
    CALENDAR_READ = "calendar.read"
    CALENDAR_EDIT = "calendar.edit"
    OUTBOX_WATCH = "outbox.watch"
    OUTBOX_IMPORT = "outbox.import"
    ROUTING_READ = "routing.read"
    ROUTING_EDIT = "routing.edit"
    CATALOGUE_EDIT = "catalogue.edit"
    SAMPLING_READ = "sampling.read"
    SAMPLING_EDIT = "sampling.edit"
    LEDGER_IMPORT = "ledger.import"
    VISIT_REVIEW = "visit.review"
    MESSAGES_READ = "messages.read"
    REMINDERS_SET = "reminders.set"
    SITE_READ = "site.read"
    SITE_EDIT = "site.edit"
    PLAN_READ = "plan.read"
    PLAN_MANAGE = "plan.manage"
    CHECKLIST_READ = "checklist.read"
    CHECKLIST_EDIT = "checklist.edit"
    LESSON_TAKE = "lesson.take"
    LESSON_EDIT = "lesson.edit"
    ROSTER_COUNT = "roster.count"
    IDENTITY_OPEN = "identity.open"


class Scope(StrEnum):
    """Whose: one's own, one's unit's, one's district's, everybody's."""

    OWN = "own"
    UNIT = "unit"
    DISTRICT = "district"
    ALL = "all"


ROLE_NAMES = {
    Role.INSPECTOR: N_("督查员"),
    Role.HANDLER: N_("承办人"),
    Role.DISTRICT: N_("区文明办"),
    Role.CITY: N_("首都文明办督查处"),
    Role.PUBLISHER: N_("签发人"),
    Role.AUDITOR: N_("审计"),
    Role.ADMIN: N_("系统管理员"),
}

KIND_NAMES = {
    Kind.VETERAN: N_("离退休老干部"),
    Kind.DEPUTY: N_("人大代表"),
    Kind.ADVISER: N_("政协委员"),
    Kind.CITIZEN: N_("热心市民"),
}

RIGHTS: Mapping[Right, Mapping[Role, Scope]] = {
    Right.REPORT_SEND: {Role.INSPECTOR: Scope.OWN},
    Right.REPORT_READ: {
        Role.INSPECTOR: Scope.OWN,
        Role.DISTRICT: Scope.DISTRICT,
        Role.CITY: Scope.ALL,
        Role.AUDITOR: Scope.ALL,
    },
    Right.REPORT_TRIAGE: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.TICKET_READ: {
        Role.HANDLER: Scope.UNIT,
        Role.DISTRICT: Scope.DISTRICT,
        Role.CITY: Scope.ALL,
        Role.AUDITOR: Scope.ALL,
    },
    Right.TICKET_DISPATCH: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.TICKET_HANDLE: {Role.HANDLER: Scope.UNIT},
    Right.TICKET_RECHECK: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.TICKET_DECIDE: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.TICKET_COMMENT: {Role.HANDLER: Scope.UNIT, Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.REPORTER_TELL: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.REPORTER_ASK: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.TICKET_CALL_IN: {Role.HANDLER: Scope.UNIT, Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.TASK_ASK: {Role.CITY: Scope.ALL},
    Right.FEEDBACK_READ: {Role.CITY: Scope.ALL},
    Right.NOTICE_READ: {
        Role.DISTRICT: Scope.ALL,
        Role.CITY: Scope.ALL,
        Role.PUBLISHER: Scope.ALL,
        Role.AUDITOR: Scope.ALL,
    },
    Right.NOTICE_DRAFT: {Role.CITY: Scope.ALL},
    Right.NOTICE_SIGN: {Role.PUBLISHER: Scope.ALL},
    Right.AUDIT_VERIFY: {Role.AUDITOR: Scope.ALL},
    Right.PEOPLE_MANAGE: {Role.ADMIN: Scope.ALL},
    Right.CALENDAR_READ: {Role.CITY: Scope.ALL, Role.ADMIN: Scope.ALL},
    Right.CALENDAR_EDIT: {Role.ADMIN: Scope.ALL},
    Right.OUTBOX_WATCH: {Role.CITY: Scope.ALL},
    Right.OUTBOX_IMPORT: {Role.CITY: Scope.ALL},
    Right.ROUTING_READ: {
        Role.DISTRICT: Scope.ALL,
        Role.CITY: Scope.ALL,
        Role.AUDITOR: Scope.ALL,
        Role.ADMIN: Scope.ALL,
    },
    Right.ROUTING_EDIT: {Role.ADMIN: Scope.ALL},
    Right.CATALOGUE_EDIT: {Role.ADMIN: Scope.ALL},
    Right.SAMPLING_READ: {Role.CITY: Scope.ALL, Role.AUDITOR: Scope.ALL, Role.ADMIN: Scope.ALL},
    Right.SAMPLING_EDIT: {Role.ADMIN: Scope.ALL},
    Right.LEDGER_IMPORT: {Role.CITY: Scope.ALL},
    Right.VISIT_REVIEW: {Role.CITY: Scope.ALL},
    Right.MESSAGES_READ: {role: Scope.OWN for role in Role if role is not Role.INSPECTOR},
    Right.REMINDERS_SET: {Role.ADMIN: Scope.ALL},
    # Which places there are says nothing of whether one is visited: a district keeps its own list.
    Right.SITE_READ: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL, Role.AUDITOR: Scope.ALL},
    Right.SITE_EDIT: {Role.DISTRICT: Scope.DISTRICT, Role.CITY: Scope.ALL},
    Right.PLAN_READ: {Role.CITY: Scope.ALL, Role.AUDITOR: Scope.ALL},
    Right.PLAN_MANAGE: {Role.CITY: Scope.ALL},
    Right.CHECKLIST_READ: {Role.CITY: Scope.ALL, Role.AUDITOR: Scope.ALL},
    Right.CHECKLIST_EDIT: {Role.CITY: Scope.ALL},
    Right.LESSON_TAKE: {Role.INSPECTOR: Scope.OWN},
    Right.LESSON_EDIT: {Role.CITY: Scope.ALL, Role.ADMIN: Scope.ALL},
    # How many there are and how many are trained; who they are stays with those who manage people.
    Right.ROSTER_COUNT: {Role.CITY: Scope.ALL, Role.ADMIN: Scope.ALL},
    Right.IDENTITY_OPEN: {Role.CITY: Scope.ALL},
}


def scope(role: Role, right: Right) -> Scope | None:
    """Whose things ``role`` may do ``right`` to; None if it may not at all."""
    return RIGHTS[right].get(role)


def require(role: Role, right: Right) -> Scope:
    """The scope; raises NotAllowed, naming who may, where the role has no such right."""
    allowed = scope(role, right)
    if allowed is None:
        raise NotAllowed(N_("您的角色不能做这件事。能做的是：%(roles)s。"), roles=holders(right))
    return allowed


def holders(right: Right) -> tuple[str, ...]:
    """The Chinese names of the roles that have the right."""
    return tuple(ROLE_NAMES[role] for role in RIGHTS[right])
