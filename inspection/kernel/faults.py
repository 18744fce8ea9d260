"""Places at which a fault test breaks the program: killed, or the disk full (controls H01–H04).

``MINGCHA_FAULT=blob.before_fsync`` kills the process the first time it gets there; ``blob.linked:3`` the third time;
``job.worked=enospc`` raises the operating system's error instead, ``job.worked=crash`` a Crash. Without the variable
a point does nothing, and production refuses to start with it.
"""

import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "MINGCHA_FAULT"
CRASH = "crash"


class Crash(BaseException):
    """What was being done ends here, as if the process had: nothing below may catch it and go on."""


class Fault:
    """One planned fault: where, at which passing, and what happens."""

    def __init__(self, text: str) -> None:
        """Read ``name[:n][=error]``; raises ValueError for a number or error that does not exist."""
        place, _, error = text.partition("=")
        self.name, _, times = place.partition(":")
        self.left = int(times or 1)
        self.raises = _raised(error) if error else None

    @property
    def happened(self) -> bool:
        """Whether it has come to pass."""
        return self.left <= 0

    def pass_by(self, name: str) -> None:
        """Do it, if this is the place and the time."""
        if name != self.name:
            return
        self.left -= 1
        if self.left:
            return
        if self.raises is not None:
            raise self.raises
        os.kill(os.getpid(), signal.SIGKILL)


def point(name: str) -> None:
    """A place where the program can be made to fail; does nothing unless a fault is planned here."""
    if _planned:
        _planned.pass_by(name)


def planned() -> bool:
    """Whether a fault is planned at all: production refuses to start then."""
    return _planned is not None


@contextmanager
def plan(text: str) -> Iterator[Fault]:
    """Plan a fault in this process for as long as the block lasts."""
    global _planned
    before, _planned = _planned, Fault(text)
    try:
        yield _planned
    finally:
        _planned = before


def _raised(error: str) -> BaseException:
    if error == CRASH:
        return Crash()
    number = getattr(errno, error.upper(), None)
    if number is None:
        raise ValueError(f"{VARIABLE}: there is no error {error!r}")
    return OSError(number, os.strerror(number))


_planned = Fault(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None
