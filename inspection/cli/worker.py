"""``flask inspection worker``: the process that does what was put off."""

import logging
import os

import click
from flask import current_app
from flask.cli import with_appcontext

from inspection.web.tools import tools

POLITE = 19
"""Pictures are worked on with whatever time intake leaves over."""
LONGEST_PAUSE_SECONDS = 1.0
"""An idle worker looks for work at least this often."""
GRACE_SECONDS = 60


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True, help="同时做几件事。")
@with_appcontext
def worker(threads: int) -> None:
    """后台任务：处理照片、拟派单、排印通报。SIGTERM：做完手上的事再停。"""
    os.nice(POLITE)
    if tools().settings.log_level == "INFO":
        logging.getLogger("huey").setLevel(logging.WARNING)  # it tells of every look at an empty queue
    consumer = current_app.extensions["huey"].create_consumer(
        workers=threads,
        max_delay=LONGEST_PAUSE_SECONDS,
        graceful_signal="TERM",
        shutdown_timeout=GRACE_SECONDS,
    )
    consumer.run()
