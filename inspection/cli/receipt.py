"""``flask inspection receipt …``: whether a receipt is one of ours, and unchanged."""

import json
from typing import TextIO

import click
from flask.cli import AppGroup

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.reports import receipts
from inspection.web.tools import tools

ABOUT = {"report": "线索", "recheck": "核查", "answer": "反馈"}
"""What a receipt can be for."""

receipt = AppGroup("receipt", help="回执。")


@receipt.command("verify")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--key", help="公钥（base64）；不写即本系统的")
def verify(file: TextIO, key: str | None) -> None:
    """核对一份回执文件（JSON；“-”从标准输入读）：签名相符则印出内容，否则退出码为 1。"""
    content = receipts.verify(_signed(file), key or tools().signer.public_key)
    click.echo("签名相符。")
    click.echo(f"回执号    {receipts.spoken(content['number'])}")
    click.echo(f"收到时间  {content['received_at']}")
    for name, label in ABOUT.items():
        if name in content:
            click.echo(f"{label}      {content[name]}")
    click.echo(f"内容哈希  {content['content_sha256']}")
    for photo in content["photos"]:
        click.echo(f"照片哈希  {photo}")


def _signed(file: TextIO) -> dict[str, object]:
    try:
        signed = json.load(file)
    except ValueError as wrong:
        raise Invalid("document", N_("这不是回执文件。")) from wrong
    if not isinstance(signed, dict):
        raise Invalid("document", N_("这不是回执文件。"))
    return signed
