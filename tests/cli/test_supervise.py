"""Programs side by side: real processes that sleep, fail and are told to stop."""

import os
import signal
import subprocess
import sys

import pytest

from inspection.cli.supervise import Ended, side_by_side

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True)
def handlers():
    """Put the signal handlers back afterwards."""
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for signum, handler in before.items():
        signal.signal(signum, handler)


@pytest.fixture
def started(monkeypatch):
    """Every process that is started."""
    processes, start = [], subprocess.Popen

    def noting(*given, **more):
        processes.append(start(*given, **more))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", noting)
    return processes


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_when_one_ends_the_other_is_ended_and_the_one_is_named(tmp_path):
    note = tmp_path / "pid"
    lasting = [
        sys.executable,
        "-c",
        f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    ]
    failing = [
        sys.executable,
        "-c",
        f"import os, sys, time\nwhile not os.path.getsize({str(note)!r}): time.sleep(0.01)\nsys.exit(3)",
    ]
    note.touch()

    ended = side_by_side({"lasting": lasting, "failing": failing}, env=os.environ, each_turn=lambda: None)

    assert ended == Ended("failing", 3)
    assert not alive(int(note.read_text()))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_ends_all_and_is_no_failure(signum, started):
    ended = side_by_side(
        {"one": SLEEPER, "two": SLEEPER}, env=os.environ, each_turn=lambda: os.kill(os.getpid(), signum)
    )

    assert ended is None
    assert [one.returncode for one in started] == [-signal.SIGTERM, -signal.SIGTERM]  # ended, and waited for


def test_a_program_that_was_killed_is_told_by_its_signal():
    killed = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]

    ended = side_by_side({"one": SLEEPER, "killed": killed}, env=os.environ, each_turn=lambda: None)

    assert ended == Ended("killed", -signal.SIGKILL)


HASTY = """
import os, signal, sys, threading, time
from inspection.cli import supervise
supervise.TURN_SECONDS = 0
sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
stop = lambda: os.kill(os.getpid(), signal.SIGTERM)
threading.Timer(0.2, stop).start()
supervise.side_by_side({"one": sleeper}, env=os.environ, each_turn=lambda: None)
"""


def test_a_stop_is_heeded_at_whatever_moment_it_comes():
    asked = [subprocess.Popen([sys.executable, "-c", HASTY]) for _ in range(8)]

    try:
        assert [one.wait(20) for one in asked] == [0] * 8
    finally:
        for one in asked:
            one.kill()
            one.wait()
