"""``flask inspection setup``: the database brought up to date."""

import click
from flask.cli import with_appcontext

from inspection.kernel.calendar import now
from inspection.setup import prepare


@click.command()
@with_appcontext
def setup() -> None:
    """建库、升级表结构，录入区划、问题类别和节假日（可重复执行）。"""
    prepare(now())
    click.echo("数据库已就绪。")
