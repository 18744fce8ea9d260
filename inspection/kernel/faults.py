"""Places at which a fault test breaks the program: killed, or the disk full (controls H01–H04).

``MINGCHA_FAULT=blob.before_fsync`` kills the process the first time it gets there; ``blob.linked:3`` the third time;
``job.worked=enospc`` raises the operating system's error instead. Without the variable a point does nothing.
"""

import errno
import os
import signal

VARIABLE = "MINGCHA_FAULT"


class Fault:
    """One planned fault: where, at which passing, and what happens."""

    def __init__(self, text: str) -> None:
        """Read ``name[:n][=error]``; raises ValueError for a number or error that does not exist."""
        place, _, error = text.partition("=")
        self.name, _, times = place.partition(":")
        self.left = int(times or 1)
        self.error = getattr(errno, error.upper(), None) if error else None
        if error and self.error is None:
            raise ValueError(f"{VARIABLE}: there is no error {error!r}")

    def pass_by(self, name: str) -> None:
        """Do it, if this is the place and the time."""
        if name != self.name:
            return
        self.left -= 1
        if self.left:
            return
        if self.error is not None:
            raise OSError(self.error, os.strerror(self.error))
        os.kill(os.getpid(), signal.SIGKILL)


_planned = Fault(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def point(name: str) -> None:
    """A place where the program can be made to fail; does nothing unless a fault is planned here."""
    if _planned:
        _planned.pass_by(name)


def planned() -> bool:
    """Whether a fault is planned at all: production refuses to start then."""
    return _planned is not None
