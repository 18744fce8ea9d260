"""Programs side by side: when one ends, or somebody says stop, all end. Knows nothing of what they do."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

TURN_SECONDS = 0.1
GRACE_SECONDS = 30.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Ended:
    """One of the programs ended of itself: its name and exit code (negative: the signal that killed it)."""

    name: str
    code: int


def side_by_side(
    commands: Mapping[str, Sequence[str]], *, env: Mapping[str, str], each_turn: Callable[[], None]
) -> Ended | None:
    """Run all ``commands`` until one ends (told which) or this process is asked to stop (None); then end the rest.

    Each runs in a process group of its own, so that Ctrl-C reaches this process alone, which lets them finish.
    """
    # A plain list and a short sleep: an Event takes a lock to be set, and the handler would wait for ever for the one
    # that the loop it has interrupted holds.
    asked: list[int] = []
    for signum in STOPPING:
        signal.signal(signum, lambda signum, _frame: asked.append(signum))
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            running[name] = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, process_group=0)
        while not asked:
            for name, program in running.items():
                if (code := program.poll()) is not None:
                    return Ended(name, code)
            each_turn()
            time.sleep(TURN_SECONDS)
        return None
    finally:
        _end(running.values())


def _end(programs: Iterable[subprocess.Popen[bytes]]) -> None:
    for program in programs:
        program.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for program in programs:
        try:
            program.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        _end_orphans(program.pid)


def _end_orphans(group: int) -> None:
    """End what a program that was killed has left running in its group: it would keep the port."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
