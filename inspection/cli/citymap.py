"""``flask inspection map …``: the counters of the city map."""

import click
from flask.cli import AppGroup

from inspection.kernel.calendar import now
from inspection.tickets import tallies

citymap = AppGroup("map", help="地图。")


@citymap.command("recount")
def recount() -> None:
    """把地图的计数从案卷重数一遍，一个区一个区地改正；可重复执行，系统照常运行。"""
    wrong = tallies.recount(now=now())
    click.echo(f"改正了 {wrong} 个计数。" if wrong else "计数都对，没有改动。")
