"""Runs every test, Python's and the browser code's, and ends with one plain count: ``run_tests.py NODE [PYTEST ARGS]``.

Tests that this machine cannot run (no Chromium, no PostgreSQL) are counted as skipped, each with its reason above.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"
STATIC = ROOT / "static"
BESIDE_EACH_OTHER = ["--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder"]
"""A process a core, a file to each at a time, in the order of the folders: the few long files come early."""

NOT_OURS = {"node_modules", "vendor"}


def main(node: str, wanted: list[str]) -> int:
    """Run what is wanted (everything, if nothing is said); the exit code."""
    RESULTS.mkdir(exist_ok=True)
    subprocess.run(["sh", "tools/chromium.sh"], cwd=ROOT, check=False)
    codes, counts = zip(*([run_pytest(wanted)] + ([] if wanted else [run_node(node)])), strict=True)
    total: Counter[str] = sum(counts, Counter())
    say(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if any(codes) else 0


def run_pytest(wanted: list[str]) -> tuple[int, Counter[str]]:
    """Python's tests: pytest's exit code, and how many ended how."""
    report = RESULTS / "pytest.xml"
    report.unlink(missing_ok=True)
    how = wanted or BESIDE_EACH_OTHER
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *how], cwd=ROOT, check=False)
    if not report.exists():
        say(f"pytest ended without a report, exit code {done.returncode}")
        return done.returncode or 1, Counter(failed=1)
    suite = next(ElementTree.parse(report).iter("testsuite"))  # noqa: S314 - written a moment ago by pytest
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    passed = int(suite.get("tests", 0)) - failed - skipped
    return done.returncode, Counter(passed=passed, failed=failed, skipped=skipped)


def run_node(node: str) -> tuple[int, Counter[str]]:
    """The tests of the browser code's logic."""
    files = sorted(file for file in STATIC.rglob("*.test.js") if not NOT_OURS & set(file.relative_to(STATIC).parts))
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", *map(str, files)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    say(done.stdout if done.returncode else f"node --test: {len(files)} files", done.stderr)
    told = dict(re.findall(r"^# (pass|fail|cancelled|skipped) (\d+)$", done.stdout, re.MULTILINE))
    failed = int(told.get("fail", 0)) + int(told.get("cancelled", 0))
    return done.returncode, Counter(passed=int(told.get("pass", 0)), failed=failed, skipped=int(told.get("skipped", 0)))


def say(*lines: str) -> None:
    """Print what is not empty, at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines if line))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
