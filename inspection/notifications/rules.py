"""Which event is told to whom, and in which words (通知规则). Pure.

Nobody is told here that a report was filed or declined: its author sees that on the phone, and who the author is
nobody but ``people.identities`` knows. For the same reason no rule tells an inspector. What comes of asking an
inspector to look, and whether an author is satisfied, is the city's alone and never leaves the house; nor does it
that a colleague is given a report to decide on, nor anything of mystery checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inspection.kernel.text import N_, Nn_


class Audience(StrEnum):
    """Those who are told: of the ticket's unit, its head, its district's office, the city office, the signers, and the
    colleague whom the event names.
    """

    UNIT = "unit"
    CHIEF = "chief"
    DISTRICT = "district"
    CITY = "city"
    PUBLISHER = "publisher"
    COLLEAGUE = "colleague"


AUDIENCE_NAMES: Mapping[Audience, str] = {
    Audience.UNIT: N_("承办单位"),
    Audience.CHIEF: N_("单位负责人"),
    Audience.DISTRICT: N_("区文明办"),
    Audience.CITY: N_("首都文明办督查处"),
    Audience.PUBLISHER: N_("签发人"),
    Audience.COLLEAGUE: N_("分到的同事"),
}

UNIT, DISTRICT, CITY = (Audience.UNIT,), (Audience.DISTRICT,), (Audience.CITY,)
OFFICES = frozenset({Audience.DISTRICT, Audience.CITY})
LED = (Audience.UNIT, Audience.DISTRICT)


@dataclass(frozen=True)
class Rule:
    """Who is told, and the catalogue text. What is ``inside`` is shown on the desk and never sent anywhere."""

    audiences: tuple[Audience, ...]
    text: str
    inside: bool = False
    named: bool = False
    """Whether the unit is the one that the event names (``unit_id``), and not the ticket's own."""

    @property
    def for_groups(self) -> bool:
        """Whether a working group of the offices is told too."""
        return not self.inside and not OFFICES.isdisjoint(self.audiences)


EXTENSION_REQUESTED = "ticket.extension_requested"
JUDGED = "report.judged"
GIVEN, GIVEN_MANY = "report.assigned", Nn_("有 %(count)s 条线索分给您，请看")
"""A report given to a colleague, and the sentence for several that were given together."""
VISIT_RECEIVED, VISITS_RECEIVED = "visit.received", Nn_("有 %(count)s 次走访交回了，请审")
"""A visit to be reviewed, and the sentence for all that came in on one day."""
UNFILLED = "draw.unfilled"

EVENTS: Mapping[str, Rule] = {
    "ticket.dispatched": Rule(UNIT, N_("%(number)s 派给您单位，请签收")),
    "ticket.handled": Rule(DISTRICT, N_("%(number)s 单位已反馈，请核查")),
    "ticket.closed": Rule(UNIT, N_("%(number)s 核查通过，已结案")),
    "ticket.failed": Rule(UNIT, N_("%(number)s 核查不通过，请返工")),
    "ticket.rebounded": Rule(LED, N_("%(number)s 回头看发现反弹，要重新整改")),
    "ticket.return_requested": Rule(DISTRICT, N_("%(number)s 单位申请退单，请决定")),
    "ticket.return_granted": Rule(UNIT, N_("%(number)s 同意退单")),
    "ticket.return_refused": Rule(UNIT, N_("%(number)s 不同意退单，请继续办理")),
    EXTENSION_REQUESTED: Rule(DISTRICT, N_("%(number)s 单位申请延期，请决定")),
    "ticket.extended": Rule(UNIT, N_("%(number)s 同意延期，期限已改")),
    "ticket.extension_refused": Rule(UNIT, N_("%(number)s 不同意延期，期限不变")),
    "ticket.suspended": Rule(LED, N_("%(number)s 已挂账")),
    "ticket.resumed": Rule(LED, N_("%(number)s 恢复处置，期限接着算")),
    "ticket.supervised": Rule(LED, N_("%(number)s 列为督办")),
    "ticket.unsupervised": Rule(LED, N_("%(number)s 解除督办")),
    "ticket.instructed": Rule(LED, N_("%(number)s 有领导批示，请看案卷")),
    "ticket.recounted": Rule(UNIT, N_("%(number)s 节假日安排有变，期限重算")),
    "ticket.return_disputed": Rule(CITY, N_("%(number)s 归属有争议，请裁定")),
    "ticket.return_settled": Rule(LED, N_("%(number)s 归属已裁定，请看案卷")),
    "ticket.assist_called": Rule(UNIT, N_("%(number)s 请您单位协办，请签收"), named=True),
    "ticket.assist_answered": Rule(LED, N_("%(number)s 协办单位已答复")),
    "ticket.assist_recounted": Rule(UNIT, N_("%(number)s 节假日安排有变，协办期限重算"), named=True),
    "ticket.assist_withdrawn": Rule(UNIT, N_("%(number)s 不用您单位协办了"), named=True),
    "ticket.voided": Rule(LED, N_("%(number)s 已作废")),
    "task.done": Rule(CITY, N_("%(number)s 督查员已看过，请给结论"), inside=True),
    "task.declined": Rule(CITY, N_("%(number)s 督查员去不了，请另请人"), inside=True),
    JUDGED: Rule(CITY, N_("%(number)s 报的人不满意，请看案卷"), inside=True),
    GIVEN: Rule((Audience.COLLEAGUE,), N_("有一条线索分给您，请看"), inside=True),
    VISIT_RECEIVED: Rule(CITY, N_("有一次走访交回了，请审"), inside=True),
    UNFILLED: Rule(CITY, N_("有一次走访没有人可派，请看方案"), inside=True),
    "notice.drafted": Rule((Audience.PUBLISHER,), N_("督查通报已起草，请签发")),
}
"""Event name → who is told."""


def rule_for(name: str, data: Mapping[str, Any]) -> Rule | None:
    """The rule for an event with its data; None for what nobody is told.

    The first extension is the district's to decide, a second one the city's; an author who is satisfied is no news,
    nor is a report that is given to nobody.
    """
    rule = EVENTS.get(name)
    if rule is None or (name == JUDGED and data.get("satisfied")) or (name == GIVEN and not data.get("to")):
        return None
    if name == EXTENSION_REQUESTED and data.get("extensions"):
        return Rule(CITY, rule.text)
    return rule
