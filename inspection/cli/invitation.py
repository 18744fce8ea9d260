"""``flask inspection invitation …``: one sign-in on a phone without a password."""

from datetime import timedelta

import click
from flask.cli import AppGroup

from inspection.cli.people import BY
from inspection.kernel.calendar import BEIJING, now
from inspection.kernel.db import writing
from inspection.people import invitations, service
from inspection.settings import Settings
from inspection.web import address
from inspection.web.tools import tools

invitation = AppGroup("invitation", help="邀请单：扫一扫就登录手机。")


@invitation.command("create")
@click.option("--phone", required=True, help="邀请谁：手机号")
def create_invitation(phone: str) -> None:
    """开一张邀请单，只显示一次；这个人没用过的旧邀请单作废。"""
    knobs = tools().settings
    link, code = invite(phone, knobs, by=BY)
    until = (now() + timedelta(hours=knobs.invitation_hours)).astimezone(BEIJING)
    click.echo("邀请单（只显示这一次，只能用一次）：", err=True)
    click.echo(address.drawn(link))
    click.echo(f"链接：{link}")
    click.echo(f"验证码：{invitations.grouped(code)}（在 {address.for_phones(knobs)}/join 填手机号和验证码）")
    click.echo(f"有效到：{until:%Y-%m-%d %H:%M}")


@invitation.command("revoke")
@click.option("--phone", required=True, help="手机号")
def revoke_invitation(phone: str) -> None:
    """作废一个人还没用的邀请单。"""
    with writing():
        person = service.by_phone(phone)
        invitations.revoke(person, by=BY, now=now())
        told = f"已作废：{person.name}，{person.phone}"
    click.echo(told)


def invite(phone: str, knobs: Settings, *, by: str) -> tuple[str, str]:
    """Invite the person with this phone number: the link to scan, and the code. Raises NotFound and Conflict."""
    new, moment = invitations.draft(), now()
    with writing():
        person = service.by_phone(phone)
        invitations.create(person, new, valid=timedelta(hours=knobs.invitation_hours), by=by, now=moment)
    return f"{address.for_phones(knobs)}/join/{new.token}", new.code
