"""``flask inspection audit …``: whether the chain of events is whole."""

import re

import click
from flask.cli import AppGroup

from inspection.kernel import audit as chain

PRINTED_HEAD = re.compile(r"(?:(\d+):)?([0-9a-f]{64})")

audit = AppGroup("audit", help="审计链。")


@audit.command("verify")
@click.option("--seen", metavar="[SEQ:]HASH", help="以前印在通报或备份上的链头")
@click.pass_context
def verify(ctx: click.Context, seen: str | None) -> None:
    """从头核对审计链；有问题时逐条列出，退出码为 1。"""
    verdict = chain.verify(_printed(seen) if seen else None)
    for problem in verdict.problems:
        click.echo(problem, err=True)
    click.echo(f"共 {verdict.events} 条，链头 {verdict.events}:{verdict.head}")
    if verdict.problems:
        ctx.exit(1)
    click.echo("审计链完整。")


def _printed(text: str) -> tuple[int | None, str]:
    match = PRINTED_HEAD.fullmatch(text.strip())
    if match is None:
        raise click.BadParameter("应写成 64 位哈希，或 编号:64 位哈希", param_hint="--seen")
    return int(match[1]) if match[1] else None, match[2]
