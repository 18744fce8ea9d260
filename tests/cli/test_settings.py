"""What the operator is told about settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def flask(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command", [("inspection", "start"), ("inspection", "audit", "verify"), ("run",)], ids=" ".join
)
def test_all_wrong_settings_are_named_at_once_and_nothing_else_is_printed(command, tmp_path):
    wrong = {"PORT": "http", "RECEIPT_KEY": "abc", "WEB_WORKERS": "0", "TILE_DATUM": "bd09"}

    done = flask(*command, DATA_DIR=str(tmp_path / "data"), **wrong)

    assert done.returncode == 2
    named = [line.split(":")[0].strip() for line in done.stderr.splitlines()[1:]]
    assert named == list(wrong)
    assert done.stdout == "" and not (tmp_path / "data").exists()


def test_a_database_that_does_not_answer_is_told_in_a_line(tmp_path):
    done = flask("inspection", "setup", DATA_DIR=str(tmp_path), DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")

    assert done.returncode == 1
    assert done.stderr.startswith("数据库现在不能用") and "Traceback" not in done.stderr
