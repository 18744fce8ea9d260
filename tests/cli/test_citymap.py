"""The map's counters counted anew at the command line."""

from sqlalchemy import update

from inspection.kernel.db import db, writing
from inspection.tickets.tallies import Tally
from tests.tickets.fresh import counted, kept


def test_what_is_wrong_is_put_right_and_told(run, make):
    make.ticket()
    with writing():
        db.session.execute(update(Tally).where(Tally.frame == "city").values(n=5))

    first, second = run("map", "recount"), run("map", "recount")

    assert (first.exit_code, first.output) == (0, "改正了 7 个计数。\n")
    assert second.output == "计数都对，没有改动。\n"
    assert kept() == counted()
