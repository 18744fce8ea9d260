"""``flask inspection token …``: keys with which programs use the API."""

from datetime import timedelta

import click
from flask.cli import AppGroup
from sqlalchemy import select

from inspection.cli.people import BY
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people import service, tokens
from inspection.people.models import ApiToken

LONGEST_DAYS = 366

token = AppGroup("token", help="程序调用接口用的令牌。")


@token.command("create")
@click.option("--phone", required=True, help="令牌代表谁：手机号")
@click.option("--scope", "scopes", required=True, multiple=True, type=click.Choice(tokens.SCOPES), help="权限，可多次")
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=90, show_default=True, help="有效天数")
@click.option("--label", default="", help="备注：给什么程序用")
def create_token(phone: str, scopes: tuple[str, ...], days: int, label: str) -> None:
    """新建令牌，只显示一次。"""
    with writing():
        person = service.by_phone(phone)
        text = tokens.create(person, scopes=scopes, label=label, valid=timedelta(days=days), by=BY, now=now())
    click.echo("令牌（只显示这一次，请妥善保存）：", err=True)
    click.echo(text)


@token.command("list")
@click.option("--phone", required=True, help="手机号")
def list_tokens(phone: str) -> None:
    """列出一个人还有效的令牌。"""
    person = service.by_phone(phone)
    live = [ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now()]
    for kept in db.session.scalars(select(ApiToken).where(*live).order_by(ApiToken.created_at)):
        click.echo(f"{kept.prefix}  到 {kept.expires_at:%Y-%m-%d}  {kept.scopes}  {kept.label}")


@token.command("revoke")
@click.argument("prefix")
def revoke_token(prefix: str) -> None:
    """作废一个令牌。PREFIX 是 mc_ 后面的 12 位，写整个令牌也可以。"""
    wanted = prefix.removeprefix(f"{tokens.MARK}_").partition("_")[0]
    with writing():
        kept = db.session.scalar(select(ApiToken).where(ApiToken.prefix == wanted))
        if kept is None or kept.revoked_at:
            raise NotFound(N_("没有这个令牌，或者它已经作废。"))
        tokens.revoke(kept, by=BY, now=now())
    click.echo(f"已作废：{wanted}")
