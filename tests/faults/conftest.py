"""Houses to break."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.house import House

Mount = Callable[[Path, str], Path]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on each database."""
    yield from _open(database_url, tmp_path)


@pytest.fixture
def sqlite_house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite alone, for faults that the other database has no part in."""
    yield from _open(sqlite_url, tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Mount]:
    """Put a real small disk at a folder; skipped where this is not permitted."""
    mounted: list[Path] = []

    def mount(folder: Path, size: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _open(url: str, folder: Path) -> Iterator[House]:
    house = House(url, folder)
    yield house
    house.close()
