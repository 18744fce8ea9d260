"""``flask inspection …``: what the operator does at the command line, one module per noun.

What a service refuses is printed as its sentence, and the command ends with 1; settings that cannot be used are all
named, and the command ends with 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from inspection.cli import (
    audit,
    citymap,
    draw,
    invitation,
    outbox,
    people,
    receipt,
    settings,
    setup,
    start,
    token,
    worker,
)
from inspection.kernel.errors import Refusal
from inspection.settings import WrongSettings


class Told(click.ClickException):
    """Something that ends a command, in words of its own."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the words and nothing else, to standard error."""
        click.echo(self.format_message(), file=file, err=file is None)


class Refused(Told):
    """A refusal as a sentence on the terminal."""

    exit_code = 1

    def __init__(self, refusal: Refusal) -> None:
        words = {name: _listed(value) for name, value in refusal.params.items()}
        super().__init__(refusal.message % words if words else refusal.message)


class Unusable(Told):
    """The settings that cannot be used, one a line, without the program's innards."""

    exit_code = 2

    def __init__(self, wrong: WrongSettings) -> None:
        lines = (f"  {name}: {reason}" for name, reason in wrong.problems.items())
        super().__init__("\n".join(("these settings cannot be used:", *lines)))


class HouseGroup(AppGroup):
    """A group of commands whose refusals are told in words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises Refused in place of any refusal, and Told when the database cannot be used."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise Refused(refusal) from refusal
        except OperationalError as broken:
            raise Told(f"数据库现在不能用：{str(broken.orig).strip()}") from broken


def ready(app: Flask) -> None:
    """Give the application its commands."""
    group = HouseGroup("inspection", help="明察的管理命令。")
    for command in (
        setup.setup,
        start.start,
        worker.worker,
        people.person,
        people.unit,
        invitation.invitation,
        token.token,
        audit.audit,
        receipt.receipt,
        citymap.citymap,
        draw.draw,
        outbox.import_outbox,
        settings.settings,
    ):
        group.add_command(command)
    app.cli.add_command(group)


@contextmanager
def telling_wrong_settings() -> Iterator[None]:
    """Have the command line name wrong settings as it names a wrong option; raises Unusable for WrongSettings."""
    try:
        yield
    except WrongSettings as wrong:
        raise Unusable(wrong) from None


def _listed(value: object) -> object:
    return "、".join(map(str, value)) if isinstance(value, tuple | list) else value
