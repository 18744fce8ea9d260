"""``flask inspection start``: database, demo, server and worker in one terminal."""

import io
import os
import socket
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import click
import segno
from flask.cli import with_appcontext
from sqlalchemy import select

from inspection import demo
from inspection.cli.supervise import side_by_side
from inspection.kernel.calendar import now
from inspection.kernel.db import db, end_reading
from inspection.people.access import ROLE_NAMES
from inspection.people.models import Person
from inspection.settings import Settings
from inspection.setup import prepare
from inspection.web.tools import tools

ROOT = Path(__file__).resolve().parents[2]
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, not bound to
SOMEWHERE_ELSE = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737): asking the way there sends nothing, and tells which address we go out from."""


@click.command()
@click.option("--no-demo", is_flag=True, help="空库也不建演示数据。")
@with_appcontext
def start(no_demo: bool) -> None:
    """建库（如需要）、演示数据（空库时），然后启动网页服务和一个后台进程；Ctrl-C 一起停。"""
    knobs = tools().settings
    _require_free(knobs)
    prepare(now())
    if not no_demo:
        _furnish(knobs)
    announce = _once_answering(knobs, [*_welcome(knobs), *_sign_ins(), "按 Ctrl-C 停止。"])
    db.session.remove()
    db.engine.dispose()
    click.echo("正在启动……")
    ended = side_by_side(_programs(knobs), env=_environment(knobs), each_turn=announce)
    if ended is not None:
        raise click.ClickException(f"{ended.name}意外停止（退出码 {ended.code}），其余进程也已停下；原因见上面的日志。")
    click.echo("已停止。")


def _furnish(knobs: Settings) -> None:
    """Build the demo in an empty database. One that was broken off is told of, and never taken for a whole one."""
    begun = knobs.data_dir / "demo.unfinished"
    if begun.exists():
        raise click.ClickException(
            f"上次的演示数据没有建完。清空数据库和数据目录 {knobs.data_dir} 再来；要接着用现有的数据，加 --no-demo。"
        )
    if knobs.production or not demo.empty():
        return
    end_reading()
    begun.touch()
    demo.build(tools(), now=now(), echo=click.echo)
    begun.unlink()


def _programs(knobs: Settings) -> dict[str, list[str]]:
    verbosity = "info" if knobs.log_level == "DEBUG" else "warning"
    server = ["granian", "--interface", "wsgi", "--no-ws", "--log-level", verbosity]
    server += ["--host", knobs.host, "--port", str(knobs.port)]
    server += ["--workers", str(knobs.web_workers), "--blocking-threads", str(knobs.web_threads), "app:app"]
    return {
        "网页服务": [sys.executable, "-m", *server],
        "后台进程": [sys.executable, "-m", "flask", "--app", "app", "inspection", "worker"],
    }


def _environment(knobs: Settings) -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "DATA_DIR": str(knobs.data_dir)}


def _require_free(knobs: Settings) -> None:
    family = socket.AF_INET6 if ":" in knobs.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((knobs.host, knobs.port))
        except OSError as taken:
            raise click.ClickException(
                f"不能在 {knobs.host}:{knobs.port} 上监听（{taken.strerror}）。"
                f"端口被占用时换一个，例如：PORT={knobs.port % 65535 + 1} make run"
            ) from taken


def _welcome(knobs: Settings) -> Iterator[str]:
    here = f"http://{_bracketed(EVERYWHERE.get(knobs.host, knobs.host))}:{knobs.port}"
    yield f"\n明察已启动：{knobs.base_url or here}"
    for_phone = knobs.base_url or _network_address(knobs)
    if for_phone:
        yield f"手机打开：  {for_phone}/\n{_qr(for_phone + '/')}"
        if not for_phone.startswith("https://"):
            yield "（没有 https 时，手机浏览器不给定位，可改为选街道；怎样配 https 见 docs/server.md）"


def _sign_ins() -> Iterator[str]:
    """How to sign in as each role of the demo, for those of its people who are still there."""
    phones = [one.phone for one in demo.sign_ins()]
    there = db.session.scalars(select(Person.phone).where(Person.phone.in_(phones), Person.disabled_at.is_(None))).all()
    known = [one for one in demo.sign_ins() if one.phone in there]
    if known:
        yield "演示账号（手机号 / 密码）："
    for one in known:
        yield f"  {one.phone} / {one.password}  {ROLE_NAMES[one.role]}，{one.name}"


def _network_address(knobs: Settings) -> str | None:
    if knobs.host not in EVERYWHERE:
        return f"http://{_bracketed(knobs.host)}:{knobs.port}" if not _loopback(knobs.host) else None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE_ELSE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if _loopback(address) else f"http://{address}:{knobs.port}"


def _loopback(host: str) -> bool:
    return host.startswith("127.") or host in {"localhost", "::1"}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _qr(address: str) -> str:
    drawn = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(drawn, compact=True, border=2)
    return drawn.getvalue().rstrip("\n")


def _once_answering(knobs: Settings, lines: list[str]) -> Callable[[], None]:
    waiting = list(lines)

    def announce() -> None:
        if waiting and _answers(knobs):
            click.echo("\n".join(waiting))
            waiting.clear()

    return announce


def _answers(knobs: Settings) -> bool:
    connection = HTTPConnection(EVERYWHERE.get(knobs.host, knobs.host), knobs.port, timeout=1)
    try:
        connection.request("HEAD", "/favicon.ico")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
