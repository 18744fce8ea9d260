"""外发: what was sent out of the house, what waits, and what failed with the reason and a way to send it again."""

import uuid
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspection.desk import navigation
from inspection.geography import service as geography
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.text import N_
from inspection.notifications import deliveries, outgoing, outlets
from inspection.notifications.channels import AWAY, Channel
from inspection.notifications.deliveries import EVERY_GROUP
from inspection.notifications.models import Delivery, DeliveryState
from inspection.people.access import Right
from inspection.web import language, paging, session
from inspection.web.page import minute_words
from inspection.web.requires import requires
from inspection.web.tools import tools

PAGE = 50

STATES = {
    DeliveryState.FAILED: N_("没发出"),
    DeliveryState.WAITING: N_("等着发"),
    DeliveryState.SENT: N_("已发出"),
}
CHANNELS = {Channel.EMAIL: N_("邮件"), Channel.SMS: N_("短信"), Channel.WECOM: N_("企业微信群")}
REASONS = {
    "no address": N_("没有地址，或账号已停用"),
    "not configured": N_("设置里没有开通这个渠道"),
    "no such group": N_("设置里没有这个群"),
    "the gateway's answer is not the expected one": N_("短信网关的回答不对"),
    AWAY: N_("刚才没有回答，过一会儿再试"),
    "ConnectionRefusedError": N_("连不上服务器"),
    "NewConnectionError": N_("连不上服务器"),
    "TimeoutError": N_("服务器没有回答"),
    "ReadTimeoutError": N_("服务器没有回答"),
    "ConnectTimeoutError": N_("服务器没有回答"),
    "SSLCertVerificationError": N_("服务器的证书不可信"),
    "SMTPNotSupportedError": N_("邮件服务器不支持加密"),
}
"""What a reason says to whoever does not read programs; others are shown as they are."""


def attach(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("/deliveries", "deliveries", list_deliveries)
    blueprint.add_url_rule("/deliveries/<uuid:delivery_id>/sending", "send_again", send_again, methods=["POST"])


@requires(Right.REMINDERS_SET)
def list_deliveries() -> ResponseReturnValue:
    """The deliveries in a state, those that failed first of all, the newest first."""
    state, cursor = _state(request.args.get("state")), request.args.get("cursor")
    rows = deliveries.in_state(state=state, before=paging.key(cursor), limit=PAGE + 1)
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    link: dict[str, Any] = {"state": state.value}
    ways = outlets.ways(tools().settings)
    open_ways = {Channel.EMAIL: ways.email, Channel.SMS: ways.sms, Channel.WECOM: bool(ways.groups)}
    return render_template(
        "desk/deliveries.html",
        nav=navigation.bar(session.person(), "deliveries"),
        views=[
            {"url": url_for("desk.deliveries", state=one.value), "label": _(label), "current": one is state}
            for one, label in STATES.items()
        ],
        closed=[_(CHANNELS[channel]) for channel, is_open in open_ways.items() if not is_open],
        deliveries=[_line(delivery) for delivery in rows[:PAGE]],
        next_url=url_for("desk.deliveries", cursor=paging.cursor(more.created_at, more.id), **link) if more else None,
        prev_url=url_for("desk.deliveries", **link) if cursor else None,
    )


@requires(Right.REMINDERS_SET)
def send_again(delivery_id: uuid.UUID) -> ResponseReturnValue:
    """Have what failed sent once more."""
    with writing():
        deliveries.try_again(delivery_id, by=session.person(), now=now())
    return redirect(url_for("desk.deliveries", state=DeliveryState.WAITING.value), HTTPStatus.SEE_OTHER)


def _line(delivery: Delivery) -> dict[str, Any]:
    failed = delivery.state is DeliveryState.FAILED
    waits = delivery.state is DeliveryState.WAITING
    return {
        "channel": _(CHANNELS[delivery.channel]),
        "to": _recipient(delivery),
        "text": language.told(outgoing.read(delivery.facts).fill(delivery.text)),
        "when": minute_words(delivery.sent_at or delivery.created_at),
        "next": minute_words(delivery.next_at) if waits else "",
        "attempts": delivery.attempts,
        "reason": _(REASONS[delivery.error]) if delivery.error in REASONS else delivery.error or "",
        "again_url": url_for("desk.send_again", delivery_id=delivery.id) if failed else "",
    }


def _recipient(delivery: Delivery) -> str:
    if delivery.person:
        return delivery.person.name
    if delivery.recipient == EVERY_GROUP:
        return _("全市的群")
    known = {district.code: district.name for district in geography.current_atlas().districts}
    return known.get(delivery.recipient, delivery.recipient)


def _state(text: str | None) -> DeliveryState:
    try:
        return DeliveryState(text) if text else DeliveryState.FAILED
    except ValueError:
        return DeliveryState.FAILED
