"""What is lacking for a draw, in words: which stratum lacks whom, and what helps (缺什么)."""

from flask_babel import gettext as _

from inspection.checks.ballot import Lack, Lacking, Rule, Stand
from inspection.checks.models import Plan
from inspection.geography import service as geography
from inspection.kernel.text import N_
from inspection.web.page import site_type_name

FELL = {
    Rule.HOME: N_("住在本区 %(number)s 位"),
    Rule.EMPLOYER: N_("在本区上班 %(number)s 位"),
    Rule.UNIT: N_("是责任单位的人 %(number)s 位"),
    Rule.REST: N_("%(days)s 天内去过 %(number)s 位"),
}
HELPS = {
    Lacking.SITES: N_("可以把配额改小，或在点位库里补上点位。"),
    Lacking.INSPECTORS: N_("可以放宽督查员类别，或请外区的督查员加入。"),
    Lacking.CAPACITY: N_("可以提高一人最多走访次数，多请几位督查员，或少抽几处。"),
    Lacking.SECONDS: N_("可以把双人复评的比例改小，或多请几位督查员。"),
}


def told(lack: Lack, plan: Plan) -> dict[str, str]:
    """One lack: where, what, and what helps."""
    what = {
        Lacking.SITES: _sites,
        Lacking.INSPECTORS: _inspectors,
        Lacking.CAPACITY: _capacity,
        Lacking.SECONDS: _seconds,
    }[lack.kind](lack, plan)
    where = stand_name((lack.district, lack.type)) if lack.district else _("双人复评")
    return {"where": where, "what": what, "helps": _(HELPS[lack.kind])}


def stand_name(stand: Stand) -> str:
    """东城区 · 背街小巷."""
    district, kind = stand
    name = geography.current_atlas().district(district).name
    return _("%(district)s · %(type)s", district=name, type=site_type_name(kind))


def _sites(lack: Lack, _plan: Plan) -> str:
    return _(
        "要抽 %(wanted)s 处，点位库里在用的只有 %(sites)s 处，还差 %(short)s 处。",
        wanted=lack.wanted,
        sites=lack.sites,
        short=lack.wanted - lack.sites,
    )


def _inspectors(lack: Lack, plan: Plan) -> str:
    start = _(
        "要抽 %(wanted)s 处，只排得出 %(found)s 处：每处要 %(each)s 位不同的人，"
        "%(lots)s 位督查员里能去的有 %(left)s 位。",
        wanted=lack.wanted,
        found=lack.found,
        each=lack.each,
        lots=lack.lots,
        left=lack.left,
    )
    fell = [_(FELL[rule], number=lack.fell[rule], days=plan.rest_days) for rule in Rule if lack.fell.get(rule)]
    return start + (_("不能去的：%(who)s。", who=_("、").join(fell)) if fell else "")


def _capacity(lack: Lack, plan: Plan) -> str:
    start = _(
        "要抽 %(wanted)s 处，只排得出 %(found)s 处：能去的 %(left)s 位一共只能走 %(capacity)s 次。",
        wanted=lack.wanted,
        found=lack.found,
        left=lack.left,
        capacity=lack.capacity,
    )
    shared = [stand_name(one) for one in lack.shared]
    return start + (_("同时要用这些人的还有：%(strata)s。", strata=_("、").join(shared)) if shared else "")


def _seconds(lack: Lack, _plan: Plan) -> str:
    return _("要复评 %(wanted)s 处，只有 %(found)s 处找得到第二位督查员。", wanted=lack.wanted, found=lack.found)
