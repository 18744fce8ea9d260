"""``flask inspection person …`` and ``unit …``: accounts and the units that people work for."""

import secrets

import click
from flask.cli import AppGroup
from sqlalchemy import ColumnElement, select

from inspection.geography.models import Area, AreaLevel
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import service
from inspection.people.access import KIND_NAMES, ROLE_NAMES, Kind, Role
from inspection.people.models import Unit

BY = "cli"
"""How the audit chain names whoever sits at the server's command line."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another when read aloud."""

person = AppGroup("person", help="账号。")
unit = AppGroup("unit", help="承办单位。")


@person.command("add")
@click.option("--name", required=True, help="姓名")
@click.option("--phone", required=True, help="手机号，用来登录")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="角色")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="督查员类别（仅督查员）")
@click.option("--district", help="所在区的名称或代码（仅区文明办）")
@click.option("--unit", "unit_name", help="单位名称（仅承办人）；各区有同名单位时加 --district")
@click.option(
    "--password",
    prompt=True,
    prompt_required=False,
    hide_input=True,
    confirmation_prompt=True,
    help="密码：只写 --password 则提示输入；不写则自动生成并显示一次",
)
def add_person(
    name: str,
    phone: str,
    role: str,
    kind: str | None,
    district: str | None,
    unit_name: str | None,
    password: str | None,
) -> None:
    """新开一个账号。"""
    made = password or new_password()
    with writing():
        code = _area(district, AreaLevel.DISTRICT).code if district else None
        added = service.add_person(
            name=name,
            phone=phone,
            role=Role(role),
            kind=Kind(kind) if kind else None,
            district_code=code,
            unit=_unit(unit_name, code) if unit_name else None,
            password=made,
            by=BY,
            now=now(),
        )
        title = KIND_NAMES[added.kind] if added.kind else ROLE_NAMES[added.role]
        told = f"已开账号：{added.name}（{title}），{added.phone}"
    click.echo(told)
    if not password:
        click.echo(f"密码（只显示这一次）：{made}")


@person.command("disable")
@click.option("--phone", required=True, help="手机号")
def disable_person(phone: str) -> None:
    """停用账号，并让它在所有设备上退出。"""
    with writing():
        closed = service.by_phone(phone)
        service.disable(closed, by=BY, now=now())
        told = f"已停用：{closed.name}，{closed.phone}"
    click.echo(told)


@person.command("email")
@click.option("--phone", required=True, help="手机号")
@click.option("--address", default="", help="邮箱；不写即去掉")
def set_email(phone: str, address: str) -> None:
    """记下一个人收邮件的地址。"""
    with writing():
        known = service.by_phone(phone)
        service.set_email(known, address, by=BY, now=now())
        told = f"{known.name}的邮箱：{known.email or '没有'}"
    click.echo(told)


@person.command("chief")
@click.option("--phone", required=True, help="手机号")
@click.option("--no", is_flag=True, help="不再是负责人")
def set_chief(phone: str, no: bool) -> None:
    """指定单位负责人：超期久了催到他。"""
    with writing():
        known = service.by_phone(phone)
        service.set_chief(known, not no, by=BY, now=now())
        told = f"{known.name}{'不再是' if no else '是'}单位负责人"
    click.echo(told)


@unit.command("add")
@click.option("--name", required=True, help="单位名称")
@click.option("--duty", required=True, help="职责，用问题类别表里的叫法，如“综合行政执法队”")
@click.option("--district", required=True, help="所在区的名称或代码")
@click.option("--street", help="街道、乡镇的名称或代码；不写即区一级单位")
def add_unit(name: str, duty: str, district: str, street: str | None) -> None:
    """录入一个承办单位。"""
    with writing():
        code = _area(district, AreaLevel.DISTRICT).code
        street_code = _area(street, AreaLevel.STREET, within=code).code if street else None
        service.add_unit(name=name, duty=duty, district_code=code, street_code=street_code, by=BY, now=now())
    click.echo(f"已录入单位：{name}")


def new_password() -> str:
    """A random one of twelve letters and digits (59 bits), in groups that can be read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _area(text: str, level: AreaLevel, within: str | None = None) -> Area:
    matching: list[ColumnElement[bool]] = [Area.level == level, (Area.code == text) | (Area.name == text)]
    if within:
        matching.append(Area.parent_code == within)
    found = db.session.scalars(select(Area).where(*matching).limit(1)).first()
    if found is None:
        raise NotFound(N_("没有叫“%(name)s”的区或街道。"), name=text)
    return found


def _unit(name: str, district_code: str | None) -> Unit:
    matching = select(Unit).where(Unit.name == name)
    if district_code:
        matching = matching.where(Unit.district_code == district_code)
    found = db.session.scalars(matching.limit(2)).all()
    if not found:
        raise NotFound(N_("没有这个单位。"))
    if len(found) > 1:
        raise Invalid("unit", N_("几个区都有这个名称的单位，请写明是哪个区。"))
    return found[0]
