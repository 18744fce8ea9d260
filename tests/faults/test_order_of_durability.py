"""H05, seen from outside: the file is synced, linked, its folder synced, then the row; only then comes the answer."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House, Running, Sent, Server, until
from tests.make import jpeg, sha256

pytestmark = pytest.mark.fault

CALLS = "fsync,fdatasync,link,linkat,write,writev,sendto,sendmsg"
SENDS = ("write", "sendto", "sendmsg")
FAR = jpeg(1)


def test_a_photo_is_durable_before_its_row_and_its_row_before_the_answer(sqlite_house: House, tmp_path: Path) -> None:
    sent = Sent((FAR,))
    server = sqlite_house.serve()
    program = sqlite_house.program(server)
    program.announce(sent)

    watcher = watched(server, tmp_path / "trace")
    sqlite_house.running.append(watcher)
    answer = program.upload(sent, FAR)
    calls = list(in_order(ended(watcher, tmp_path / "trace")))

    digest = sha256(FAR)
    steps = [
        first(calls, r"^fsync\(.*/incoming/\w+\.part"),
        first(calls, rf"^link.*\.part.*sealed/{digest[:2]}/{digest}"),
        first(calls, rf"^fsync\(.*/sealed/{digest[:2]}>"),
        first(calls, r"^fsync\(.*/sealed>"),
        first(calls, r"^f(data)?sync\(.*mingcha\.db-wal"),
        first(calls, r"HTTP/1\.1 200"),
    ]
    file_synced, linked, folder_synced, parent_synced, row_synced, answered = steps
    assert answer.status == 200
    assert file_synced < linked < folder_synced < row_synced < answered
    assert parent_synced < row_synced
    sqlite_house.must_be_whole((sent, answer.json["receipt"]))


def watched(server: Server, trace: Path) -> Running:
    """Have the system's calls of the server's worker written down; skipped where this is not permitted."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    worker = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()[0]
    command = ["strace", "-f", "-y", "-s", "300", "-e", f"trace={CALLS}", "-o", str(trace), "-p", worker]
    watcher = Running(command, os.environ, trace.with_suffix(".log"))
    until(lambda: "attached" in watcher.log or watcher.process.poll() is not None, "no trace", watcher)
    if watcher.process.poll() is not None:
        pytest.skip(f"no process can be traced here: {watcher.log}")
    return watcher


def ended(watcher: Running, trace: Path) -> list[str]:
    """Stop writing down; what was written."""
    watcher.process.send_signal(signal.SIGINT)
    try:
        watcher.process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        watcher.kill()
    return trace.read_text(errors="replace").splitlines()


def in_order(lines: list[str]) -> Iterator[str]:
    """The calls, one a line: what makes durable where it returned, what sends where it began."""
    begun: dict[str, str] = {}
    for line in lines:
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = call
            if call.startswith(SENDS):
                yield call
        elif not call.startswith("<..."):
            yield call
        elif thread in begun and not begun[thread].startswith(SENDS):
            yield begun.pop(thread)


def first(calls: list[str], pattern: str) -> int:
    """Where the first call that looks like this stands."""
    for place, call in enumerate(calls):
        if re.search(pattern, call):
            return place
    raise AssertionError(f"no call like {pattern} in\n" + "\n".join(calls))
