"""``flask inspection start`` as an operator sees it: real processes on a real port."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "flask", "--app", "app", "inspection", "start", "--no-demo"]
GRACE_SECONDS = 40

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environ(port: int, tmp_path: Path) -> dict[str, str]:
    """An empty data folder, a port that only this machine reaches, and the address that others use."""
    return os.environ | {
        "DATA_DIR": str(tmp_path / "data"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "BASE_URL": "https://mingcha.example.cn",
    }


@pytest.fixture
def house(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Started, and stopped in the end."""
    started = subprocess.Popen(
        COMMAND, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield started
    started.terminate()
    rest_of(started)


def welcome(house: subprocess.Popen[str]) -> str:
    """What is printed until everything runs."""
    assert house.stdout
    told = ""
    for line in house.stdout:
        told += line
        if "按 Ctrl-C 停止" in line:
            return told
    raise AssertionError(told)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def rest_of(house: subprocess.Popen[str]) -> str:
    """What it still prints. Returns once no process of it is left: each holds the pipe until it ends."""
    return house.communicate(timeout=GRACE_SECONDS)[0]


def test_an_empty_folder_becomes_a_running_house_that_stops_when_asked(house, port):
    told = welcome(house)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in") as answer:
        page = answer.read().decode()

    house.send_signal(signal.SIGTERM)
    rest = rest_of(house)

    assert "手机打开：  https://mingcha.example.cn/" in told and "▄▄▄▄▄" in told
    assert "登录" in page
    assert (house.returncode, rest.splitlines()[-1]) == (0, "已停止。")


@pytest.fixture
def inhabited(environ: dict[str, str]) -> dict[str, str]:
    """A house with the demo's inspector in it, as if the demo had been built long ago."""
    account = [
        "person",
        "add",
        "--name",
        "李文博",
        "--phone",
        "13800000001",
        "--role",
        "inspector",
        "--kind",
        "veteran",
    ]
    for words in (["setup"], account):
        subprocess.run(
            [*COMMAND[:-2], *words],
            cwd=ROOT,
            env=environ,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    return environ


def test_where_the_demos_inspector_lives_the_picture_to_scan_is_an_invitation(inhabited, port):
    house = subprocess.Popen(
        COMMAND[:-1], cwd=ROOT, env=inhabited, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    told = welcome(house)
    house.terminate()
    rest_of(house)

    assert "就登录成督查员李文博（只能用一次）：\n" in told and "▄▄▄▄▄" in told
    assert "13800000001 / " in told


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found through /proc")
@pytest.mark.parametrize("name", ["granian", "worker"])
def test_when_one_of_the_two_is_killed_nothing_is_left_running_and_the_command_says_which(house, name):
    welcome(house)
    programs = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in children(house.pid)}

    os.kill(next(pid for pid, line in programs.items() if name in line), signal.SIGKILL)
    rest = rest_of(house)

    assert house.returncode == 1
    assert re.search(r"(网页服务|后台进程)意外停止（退出码 -9）", rest)


def test_a_taken_port_is_said_so(environ, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        done = subprocess.run(COMMAND, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr and f"PORT={port % 65535 + 1} make run" in done.stderr


def test_a_demo_that_was_broken_off_is_told_of_and_not_taken_for_a_whole_one(environ):
    folder = Path(environ["DATA_DIR"])
    folder.mkdir(mode=0o750)
    (folder / "demo.unfinished").touch()

    done = subprocess.run(COMMAND[:-1], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "没有建完" in done.stderr and str(folder) in done.stderr
