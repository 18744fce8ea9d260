"""``flask inspection import-outbox``: what a phone could not send, taken in from its file."""

from typing import IO

import click
from flask.cli import with_appcontext

from inspection.reports import receipts
from inspection.web import rescue
from inspection.web.tools import tools


@click.command("import-outbox")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def import_outbox(file: IO[bytes]) -> None:
    """收下手机“导出未发送”的 FILE：每条一行，回执号或没有收下的原因；有没收下的，以 1 结束。"""
    taken = rescue.take_in(file, tools(), by="command line")
    click.echo(f"{taken.owner.name}：{len(taken.lines)} 条")
    for line in taken.lines:
        click.echo(f"{line.id}  {receipts.spoken(line.number) if line.number else line.wrong}")
    if any(line.wrong for line in taken.lines):
        raise SystemExit(1)
