"""``flask inspection draw …``: a plan's draws as a file, and whether they can be repeated byte for byte."""

import uuid
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from inspection.checks import dossiers, proof
from inspection.checks.proof import Dossier, Finding, Point
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

SAID = {
    Point.GIVEN: ("签表与封存时的哈希相符", "签表与封存时的哈希不符", ""),
    Point.SEED: ("种子与封存时的哈希相符", "种子与封存时的哈希不符", "种子还没有公布，无法核对"),
    Point.RESULT: ("结果与抽签时的哈希相符", "结果与抽签时的哈希不符", "还没有抽签"),
    Point.REPEATED: ("重算的结果逐字节相同", "重算的结果不同", "种子还没有公布，或还没有抽签，无法重算"),
    Point.CHAIN: ("审计链里的哈希和先后次序相符", "审计链里的哈希或先后次序不符", ""),
}
"""What is said of each point: that it is right, that it is wrong, that it cannot be told yet."""

draw = AppGroup("draw", help="暗访抽签。")


@draw.command("export")
@click.argument("plan", type=click.UUID)
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(plan: uuid.UUID, out: Path) -> None:
    """把一个方案的签表、结果和哈希写进文件；种子在方案结束以后才有，督查员在里面只是签。"""
    dossier = dossiers.dossier(plan)
    out.write_text(proof.dump(dossier), "utf-8")
    click.echo(f"已写入 {out}：{len(dossier.draws)} 次抽签。")
    if any(one.seed is None for one in dossier.draws):
        click.echo("方案还没有结束，文件里没有种子。")


@draw.command("verify")
@click.argument("plan_or_file")
@click.option("--seed", help="另外得到的种子（64 位十六进制），核对文件时用")
@click.pass_context
def verify(ctx: click.Context, plan_or_file: str, seed: str | None) -> None:
    """重算抽签，逐项说明是否相符；给方案编号，或导出的文件（不需要数据库）。

    有不符的，或还无法重算的，退出码为 1。
    """
    plan = _plan_id(plan_or_file)
    dossier = dossiers.whole(plan) if plan else _read(plan_or_file)
    if seed is not None:
        dossier = _with_seed(dossier, seed)
    if not dossier.draws:
        raise Invalid("plan", N_("这个方案还没有封存，没有可以核对的。"))
    chained = dossiers.chained(plan) if plan else []
    findings = sorted([*proof.examined(dossier), *chained], key=lambda one: one.number)
    click.echo(f"方案 {dossier.name}：{len(dossier.draws)} 次抽签。")
    _tell(findings)
    if not all(one.holds for one in findings):
        ctx.exit(1)
    click.echo("全部相符。")


def _plan_id(text: str) -> uuid.UUID | None:
    """The plan that is meant; None if it is a file."""
    if Path(text).exists():
        return None
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Invalid("plan", N_("没有这个文件，也不是方案编号。")) from wrong


def _read(path: str) -> Dossier:
    try:
        return proof.load(Path(path).read_text("utf-8"))
    except (ValueError, OSError) as wrong:
        raise Invalid("file", N_("这不是抽签的文件。")) from wrong


def _with_seed(dossier: Dossier, seed: str) -> Dossier:
    try:
        return proof.with_seed(dossier, seed.strip().lower())
    except ValueError as wrong:
        raise Invalid("seed", N_("这个种子不是其中任何一次抽签的。")) from wrong


def _tell(findings: Sequence[Finding]) -> None:
    for one in findings:
        right, wrong, unknown = SAID[one.point]
        told = unknown if one.holds is None else right if one.holds else wrong
        click.echo(f"第 {one.number} 次  {told}。", err=one.holds is False)
