"""``flask inspection start``: database, demo, server and worker in one terminal."""

import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from inspection import demo
from inspection.cli.invitation import invite
from inspection.cli.supervise import side_by_side
from inspection.kernel.calendar import now
from inspection.kernel.db import db, end_reading
from inspection.people.access import ROLE_NAMES, Role
from inspection.people.models import Person
from inspection.settings import Settings
from inspection.setup import prepare
from inspection.web import address
from inspection.web.tools import tools

ROOT = Path(__file__).resolve().parents[2]


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
    known = [] if no_demo or knobs.production else _known()
    announce = _once_answering(knobs, [*_welcome(knobs, known), *_sign_ins(known), "按 Ctrl-C 停止。"])
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


def _welcome(knobs: Settings, known: Sequence[demo.SignIn]) -> Iterator[str]:
    yield f"\n明察已启动：{knobs.base_url or address.here(knobs)}"
    for_phone = knobs.base_url or address.on_network(knobs)
    if for_phone:
        yield f"手机打开：  {for_phone}/"
        yield _way_in(knobs, known) or address.drawn(f"{for_phone}/")
        if not for_phone.startswith("https://"):
            yield "（没有 https 时，手机浏览器不给定位，可改为选街道；怎样配 https 见 docs/server.md）"


def _way_in(knobs: Settings, known: Sequence[demo.SignIn]) -> str | None:
    """An invitation for the demo's inspector, to scan: whoever does is signed in on that phone."""
    inspector = next((one for one in known if one.role is Role.INSPECTOR), None)
    if inspector is None:
        return None
    link, _code = invite(inspector.phone, knobs, by=demo.BY)
    return f"扫这个码，就登录成督查员{inspector.name}（只能用一次）：\n{address.drawn(link)}"


def _known() -> list[demo.SignIn]:
    """Those of the demo's people who are still there."""
    phones = [one.phone for one in demo.sign_ins()]
    there = db.session.scalars(select(Person.phone).where(Person.phone.in_(phones), Person.disabled_at.is_(None))).all()
    return [one for one in demo.sign_ins() if one.phone in there]


def _sign_ins(known: Sequence[demo.SignIn]) -> Iterator[str]:
    """How to sign in as each role of the demo."""
    if known:
        yield "演示账号（手机号 / 密码）："
    for one in known:
        yield f"  {one.phone} / {one.password}  {ROLE_NAMES[one.role]}，{one.name}"


def _once_answering(knobs: Settings, lines: list[str]) -> Callable[[], None]:
    waiting = list(lines)

    def announce() -> None:
        if waiting and _answers(knobs):
            click.echo("\n".join(waiting))
            waiting.clear()

    return announce


def _answers(knobs: Settings) -> bool:
    connection = HTTPConnection(address.reachable(knobs.host), knobs.port, timeout=1)
    try:
        connection.request("HEAD", "/favicon.ico")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
