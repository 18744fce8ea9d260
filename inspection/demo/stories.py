"""How cases go, from the report to wherever they have come by now (演示经过).

A story yields the moment at which it wants to go on; whoever plays it goes on then, or never, if that lies in the
future. So every story is true at any moment at which the demo is made.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from inspection.demo.case import Case
from inspection.demo.hands import Hands
from inspection.demo.moments import Moments
from inspection.kernel.calendar import DAY, day_of, start_of
from inspection.photos.models import PhotoRole
from inspection.tickets.deadlines import Limit, Unit
from inspection.tickets.models import ReturnGround, TaskKind
from inspection.triage.service import DeclineGround

Story = Generator[datetime, None, datetime]
Script = Callable[["Stories", Case], Story]

A_WHILE = timedelta(minutes=9)
"""Between a picture and what it is sent with."""
MOMENTS = timedelta(minutes=1)
"""Between a picture and a report that is sent from the spot."""
LATE_IN_WEEK = 4
"""From this working day on last week's notice is signed."""
IN_TIME, LATE = (0.25, 0.75), (1.7, 2.1)
"""Shares of the limit after which a unit answers; days are counted whole, so that late is well beyond one."""

FAILURES = ("去看时和原来一样", "当天改了，第二天又是老样子", "只改了一半，照片只拍了改完的一边")
RETURNS = {
    ReturnGround.PLACE: "到现场看过，点位在相邻街道一侧，不在我单位辖区",
    ReturnGround.OWNERSHIP: "产权单位还没有核实清楚，街道先在联系",
    ReturnGround.DUTY: "按职责清单应由产权部门办理，我单位没有处置权限",
}
DECLINES = (
    (DeclineGround.ALREADY_GONE, "派人去看过，已经没有了，谢谢您"),
    (DeclineGround.UNCLEAR, "照片太暗，看不清是哪里，麻烦白天再拍一张"),
    (DeclineGround.DUPLICATE, "昨天已有人报过同一处，正在办"),
)
OWN_DECLINES = {
    "car_parking": (DeclineGround.NOT_A_PROBLEM, "这里是划线的停车位，停放没有问题"),
    "illegal_structure": (DeclineGround.NOT_OURS, "这是施工临建，有审批，工期到月底"),
}
EXTENSION = "要等当事人回京一起处理，已约好时间"
OWN_EXTENSIONS = {
    "road_damage": "路面材料没到，要晚几天才能铺",
    "property_care": "要动用维修资金，业主正在表决",
    "illegal_structure": "户主同意自拆，要等施工队排期",
    "overhead_cable": "涉及三家通信企业，要一起施工",
    "jaywalking": "隔离护栏要等统一施工",
    "wrong_way": "隔离护栏要等统一施工",
    "no_yield": "提示标志正在制作",
}
PLAN = "户主有异议，正走法律程序，先立警示牌、派人看护"
OWN_PLANS = {"overhead_cable": "需与架空线入地工程一并实施，已报区里排期，先归拢加固"}
VOIDS = ("与另一件重复立案", "原址已拆迁围挡，问题不存在")
SUPPLEMENT = "走近又拍了一张，后面还有一些"
COMPLAINT = "第二天路过，又和原来一样了"
TALK = ("东西多，光靠我们拉不走，申请请别的单位一起来", "已请他们协办，有情况在这里留言")
QUESTIONS = (("是院门里面还是外面？", True), ("大概什么时候最多？", False))
CALLED_FOR = Limit(2, Unit.WORKDAY)
NO_PHOTO = "电话回访报告人确认，已看过现场视频"


@dataclass
class Stories:
    """What the scripts work with: people's hands, the calendar, and the categories' limits in working hours."""

    hands: Hands
    moments: Moments
    hours: Mapping[str, float]
    rng: Random

    def received(self, case: Case) -> Story:
        """The report waits for triage."""
        yield case.at
        self.hands.send(case, case.at)
        return case.at

    def incomplete(self, case: Case) -> Story:
        """The last photo has not come through."""
        yield case.at
        self.hands.send(case, case.at, lost=1)
        return case.at

    def withdrawn(self, case: Case) -> Story:
        """The author thinks better of it."""
        sent = yield from self.received(case)
        yield (now := sent + timedelta(minutes=self.rng.randint(3, 25)))
        self.hands.withdraw(case, now)
        return now

    def declined(self, case: Case) -> Story:
        """The office says no, and why."""
        yield (now := self.moments.soon((yield from self.received(case)), 0.3, 4))
        ground, text = OWN_DECLINES.get(case.problem.category) or self.rng.choice(DECLINES)
        self.hands.decline(case, ground, text, now)
        return now

    def mistaken(self, case: Case) -> Story:
        """A picture of something else was sent."""
        yield (now := self.moments.soon((yield from self.received(case)), 0.3, 4))
        self.hands.decline(case, DeclineGround.UNCLEAR, "照片像是传错了，是一株野花，请重新拍现场", now)
        return now

    def filed(self, case: Case) -> Story:
        """A ticket, but nobody's yet."""
        yield (now := self.moments.soon((yield from self.received(case)), 0.3, 4))
        self.hands.file(case, now, dispatched=False)
        return now

    def dispatched(self, case: Case) -> Story:
        """A unit has it, and has not looked."""
        yield (now := self.moments.soon((yield from self.received(case)), 0.3, 5))
        self.hands.file(case, now, dispatched=True)
        return now

    def handling(self, case: Case) -> Story:
        """The unit is at it."""
        yield (now := self.moments.soon((yield from self.dispatched(case)), 0.4, 4))
        self.hands.accept(case, now)
        return now

    def handled(self, case: Case, *, share: tuple[float, float] = IN_TIME, done: bool = True) -> Story:
        """The unit shows the repair, or what it takes for one."""
        yield (now := self._spent(case, (yield from self.handling(case)), share))
        picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.AFTER, done=done)
        self.hands.answer(case, picture, case.problem.done if done else "当天已组织人员处理", now)
        return now

    def doubtful(self, case: Case) -> Story:
        """The unit sends the picture of before with a new date."""
        yield (now := self._spent(case, (yield from self.handling(case)), IN_TIME))
        self.hands.answer(case, case.same_again(self.hands.studio, now - A_WHILE), "当天已组织人员处理", now)
        return now

    def misplaced(self, case: Case) -> Story:
        """The unit's picture was taken somewhere else."""
        yield (now := self._spent(case, (yield from self.handling(case)), IN_TIME))
        self.hands.answer(case, case.elsewhere(self.hands.studio, self.rng, now - A_WHILE), case.problem.done, now)
        return now

    def closed(self, case: Case, *, share: tuple[float, float] = IN_TIME) -> Story:
        """Someone else has looked: it is put right."""
        return (yield from self._passed(case, (yield from self.handled(case, share=share))))

    def closed_late(self, case: Case) -> Story:
        """Put right after the deadline."""
        return (yield from self.closed(case, share=LATE))

    def looked_back(self, case: Case) -> Story:
        """Still good some days later."""
        yield (now := self.moments.soon((yield from self.closed(case)), 9, 18))
        picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.RECHECK)
        self.hands.look_back(case, picture, "没有反弹", now, good=True)
        return now

    def rebounded(self, case: Case) -> Story:
        """Back again some days later."""
        yield (now := self.moments.soon((yield from self.closed(case)), 9, 18))
        picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.RECHECK, done=False)
        self.hands.look_back(case, picture, "同一处又出现了", now, good=False)
        return now

    def reworking(self, case: Case) -> Story:
        """The recheck has failed; the unit is at it again."""
        yield (now := self.moments.soon((yield from self.handled(case, done=False)), 1, 6))
        picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.RECHECK, done=False)
        self.hands.fail_recheck(case, picture, self.rng.choice(FAILURES), now)
        return now

    def reworked(self, case: Case) -> Story:
        """Put right at the second attempt."""
        yield (now := self._spent(case, (yield from self.reworking(case)), IN_TIME))
        picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.AFTER)
        self.hands.answer(case, picture, case.problem.done, now)
        return (yield from self._passed(case, now))

    def supplemented(self, case: Case) -> Story:
        """The author remembers something."""
        yield (now := (yield from self.received(case)) + timedelta(minutes=self.rng.randint(2, 5)))
        picture = case.mended(self.hands.studio, self.rng, now - MOMENTS, PhotoRole.NEAR, done=False)
        self.hands.supplement(case, picture, SUPPLEMENT, now)
        return now

    def dissatisfied(self, case: Case) -> Story:
        """Closed, but its author finds it as it was."""
        yield (now := self.moments.soon((yield from self.closed(case)), 4, 8))
        picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.RECHECK, done=False)
        self.hands.complain(case, picture, COMPLAINT, now)
        return now

    def to_be_seen(self, case: Case) -> Story:
        """The city asks the known inspector whether it was put right."""
        yield (now := self.moments.soon((yield from self.handled(case)), 1, 4))
        self.hands.ask(case, TaskKind.RECHECK, now, known=True)
        return now

    def to_be_seen_again(self, case: Case) -> Story:
        """The city asks the known inspector whether it stayed so."""
        yield (now := self.moments.soon((yield from self.closed(case)), 4, 8))
        self.hands.ask(case, TaskKind.LOOKBACK, now, known=True)
        return now

    def seen(self, case: Case) -> Story:
        """Somebody was asked and has been there; the verdict waits."""
        yield (now := self.moments.soon((yield from self.handled(case)), 0.5, 2))
        task_id = self.hands.ask(case, TaskKind.RECHECK, now, known=False).id
        yield (now := self.moments.soon(now, 1, 4))
        picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.RECHECK)
        self.hands.look(case, task_id, picture, "", now)
        return now

    def supervised(self, case: Case) -> Story:
        """Overdue, and the city wants to know why."""
        yield (now := self._spent(case, (yield from self.handling(case)), LATE))
        self.hands.supervise(case, "超期未整改，群众反复反映", now)
        yield (now := self.moments.soon(now, 1, 4))
        self.hands.instruct(case, "区委宣传部部长", "请属地街道两日内整改到位，举一反三。", now)
        return now

    def asking_return(self, case: Case) -> Story:
        """The unit says that it is not its own."""
        yield (now := self.moments.soon((yield from self.dispatched(case)), 0.5, 3))
        ground = self.rng.choice(list(RETURNS))
        self.hands.ask_return(case, ground, RETURNS[ground], now)
        return now

    def returned(self, case: Case) -> Story:
        """The district agrees: the ticket waits for another unit."""
        yield (now := self.moments.soon((yield from self.asking_return(case)), 0.5, 3))
        self.hands.decide_return(case, "情况属实", now, granted=True)
        return now

    def passed_on(self, case: Case) -> Story:
        """Another unit has it now."""
        yield (now := self.moments.soon((yield from self.returned(case)), 0.5, 2))
        self.hands.dispatch_again(case, now)
        return now

    def return_refused(self, case: Case) -> Story:
        """The district does not agree."""
        yield (now := self.moments.soon((yield from self.asking_return(case)), 0.5, 3))
        self.hands.decide_return(case, "点位在你街道辖区内，请先处置，权属另行协调", now, granted=False)
        yield (now := self.moments.soon(now, 0.5, 3))
        self.hands.accept(case, now)
        return now

    def asking_extension(self, case: Case) -> Story:
        """The unit wants more time."""
        yield (now := self.moments.soon((yield from self.handling(case)), 3, 6))
        new_due_on = day_of(self.hands.due_on(case)) + self.rng.randint(3, 7) * DAY
        reason = OWN_EXTENSIONS.get(case.problem.category, EXTENSION)
        self.hands.ask_extension(case, reason, new_due_on, now)
        return now

    def extended(self, case: Case) -> Story:
        """The unit has more time."""
        yield (now := self.moments.soon((yield from self.asking_extension(case)), 1, 4))
        self.hands.grant_extension(case, now)
        return now

    def suspended(self, case: Case) -> Story:
        """Cannot be done now; the city has put it aside with a plan."""
        yield (now := self.moments.soon((yield from self.handling(case)), 4, 10))
        today = day_of(now)
        plan = OWN_PLANS.get(case.problem.category, PLAN)
        self.hands.suspend(case, plan, today + 30 * DAY, today + 60 * DAY, now)
        return now

    def voided(self, case: Case) -> Story:
        """Taken out of the count."""
        yield (now := self.moments.soon((yield from self.dispatched(case)), 2, 8))
        self.hands.void(case, self.rng.choice(VOIDS), now)
        return now

    def helping(self, case: Case) -> Story:
        """Another unit was called in beside the lead, and has not answered yet."""
        yield (now := self.moments.soon((yield from self.handling(case)), 0.3, 1))
        self.hands.comment(case, TALK[0], now, by_unit=True)
        yield (now := self.moments.soon(now, 0.2, 0.6))
        case.assist_id = self.hands.call_in(case, CALLED_FOR, now)
        self.hands.comment(case, TALK[1], now)
        return now

    def helped(self, case: Case) -> Story:
        """The unit beside the lead has answered; the author was told how far it is."""
        yield (now := self.moments.soon((yield from self.helping(case)), 0.3, 1))
        self.hands.take_call(case, case.assist_id, now)
        yield (now := self.moments.soon(now, 0.5, 1.5))
        self.hands.answer_call(case, case.assist_id, "已派人到现场，配合街道清理", now)
        yield (now := self.moments.soon(now, 0.2, 0.5))
        self.hands.comment(case, "已经清了一半，剩下的明天上午运走，谢谢您。", now, outside=True)
        return now

    def questioned(self, case: Case) -> Story:
        """The office has asked the author something."""
        yield (now := self.moments.soon((yield from self.handling(case)), 0.2, 1))
        text, photo = self.rng.choice(QUESTIONS)
        case.question_id = self.hands.question(case, text, now, wants_photo=photo)
        return now

    def explained(self, case: Case) -> Story:
        """The author has answered."""
        yield (now := self.moments.soon((yield from self.questioned(case)), 0.5, 2))
        self.hands.reply(case, case.question_id, "就在院门进去左手边第二棵树下面，早上七点多最多", now)
        return now

    def quarrelled(self, case: Case) -> Story:
        """The unit says that it is not its own, the district contradicts, and the city has to decide."""
        yield (now := self.moments.soon((yield from self.dispatched(case)), 0.5, 2))
        self.hands.ask_return(case, ReturnGround.OWNERSHIP, RETURNS[ReturnGround.OWNERSHIP], now)
        yield (now := self.moments.soon(now, 0.5, 2))
        self.hands.dispute(case, "围墙以外两米归属地街道管，去年同一处也是街道清的", now)
        return now

    def settled(self, case: Case) -> Story:
        """The city has decided; the unit is at it."""
        yield (now := self.moments.soon((yield from self.quarrelled(case)), 0.5, 2))
        self.hands.settle(case, "按红线图，这一处在街道一侧，由街道办", now)
        yield (now := self.moments.soon(now, 0.3, 2))
        self.hands.accept(case, now)
        return now

    def weekly(self) -> Story:
        """The notices: of the week before last, signed; of last week, in draft until the week is nearly over."""
        calendar, now, monday = self.moments.calendar, self.moments.now, self.moments.monday
        yield (at := self.moments.soon(start_of(monday - 7 * DAY), 0.6, 1.4))
        notice = self.hands.draft(monday - 14 * DAY, at)
        yield (at := self.moments.soon(at, 4, 5.5))
        self.hands.sign(notice, at)
        yield (at := min(self.moments.soon(start_of(monday), 0.6, 1.0), now - timedelta(minutes=12)))
        notice = self.hands.draft(monday - 7 * DAY, at)
        if calendar.working_days(monday - DAY, day_of(now)) >= LATE_IN_WEEK:
            yield (at := self.moments.soon(at, 4, 5.5))
            self.hands.sign(notice, at)
            yield (at := now - timedelta(minutes=12))
            self.hands.draft(monday, at)
        return at

    def _passed(self, case: Case, handled_at: datetime) -> Story:
        yield (now := self.moments.soon(handled_at, 1, 8))
        if self.rng.random() < 0.2:
            self.hands.pass_recheck(case, None, NO_PHOTO, now)
        else:
            picture = case.mended(self.hands.studio, self.rng, now - A_WHILE, PhotoRole.RECHECK)
            self.hands.pass_recheck(case, picture, "", now)
        return now

    def _spent(self, case: Case, since: datetime, share: tuple[float, float]) -> datetime:
        """The moment at which so much of the category's limit is used up."""
        least, most = (self.hours[case.problem.category] * part for part in share)
        return self.moments.soon(since, max(least, 0.5), max(most, 1.0))
