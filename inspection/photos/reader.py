"""Starts the program that reads what is written in a picture, and waits for it so long and no longer. Pure.

It is a process of its own: whatever a picture or a model does to it, whoever asked goes on.
"""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from inspection.photos.lettering import Box, Reading

LONGEST_SECONDS = 90.0
"""By the clock, within a job's lease: a picture takes two, but twenty and more on a machine that is ten times too busy.
How much work it may be is limited by the program itself.
"""
PROGRAM = Path(__file__).with_name("characters.py")
HANDED_ON = ("PATH", "PYTHONPATH", "LANG", "TMPDIR")
"""All of the environment that the program gets: it looks into what strangers sent, and needs no key."""

log = logging.getLogger(__name__)


def read(jpeg: bytes, *, program: Path = PROGRAM, seconds: float = LONGEST_SECONDS) -> list[Reading] | None:
    """The lines written in a picture; None if the program is missing, failed, or took too long, which is logged."""
    command = [sys.executable, "-P", str(program)]
    kept = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    try:
        done = subprocess.run(command, input=jpeg, capture_output=True, timeout=seconds, check=True, env=kept)
        return [Reading(text, sure, Box(*box)) for text, sure, box in json.loads(done.stdout)]
    except (subprocess.SubprocessError, OSError) as failed:
        log.warning("what is written in a picture could not be read: %s", _reason(failed))
    except (ValueError, TypeError):
        log.warning("what is written in a picture could not be read: no answer that can be understood")
    return None


def _reason(failed: Exception) -> str:
    if isinstance(failed, subprocess.CalledProcessError):
        return f"the program ended with {failed.returncode}"
    return "it took too long" if isinstance(failed, subprocess.TimeoutExpired) else type(failed).__name__
