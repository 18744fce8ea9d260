"""``flask inspection settings``: the table that docs/settings.md shows."""

from collections.abc import Iterator

import click

from inspection.settings import table


@click.command()
def settings() -> None:
    """印出全部设置的说明（docs/settings.md 里的表）。"""
    for line in lines():
        click.echo(line)


def lines() -> Iterator[str]:
    """The table in Markdown, line by line."""
    yield "| 环境变量 | 默认值 | 含义 |"
    yield "|---|---|---|"
    for name, default, meaning in table():
        yield f"| `{name}` | {f'`{default}`' if default else '（空）'} | {meaning.replace('|', chr(92) + '|')} |"
