"""``flask inspection import-outbox``: a line for each record, and 1 if one was not taken in."""

from pathlib import Path

from flask import Flask

from tests.make import Make
from tests.reports.test_rescue import FIRST, exported, record


def test_each_record_is_a_line_and_one_that_is_wrong_ends_with_1(app: Flask, make: Make, tmp_path: Path) -> None:
    owner, file = make.inspector(), tmp_path / "outbox.zip"
    file.write_bytes(exported(owner.id, [record(FIRST)], FIRST).getvalue())
    runner = app.test_cli_runner()

    good = runner.invoke(args=["inspection", "import-outbox", str(file)])
    file.write_bytes(exported(owner.id, [record(FIRST, kind="note")], FIRST).getvalue())
    bad = runner.invoke(args=["inspection", "import-outbox", str(file)])
    file.write_bytes(b"nothing")
    none = runner.invoke(args=["inspection", "import-outbox", str(file)])

    assert (good.exit_code, good.output.count("\n")) == (0, 2)
    assert (bad.exit_code, "这一种还不能导入" in bad.output) == (1, True)
    assert (none.exit_code, "没有传完整" in none.output) == (1, True)
