"""The address on a printed sheet: one that a phone can reach."""

from pathlib import Path

import pytest

from inspection.web import address
from tests.conftest import settings_for


@pytest.mark.parametrize(
    ("given", "asked", "printed"),
    [
        ({"base_url": "https://mingcha.example.cn/"}, "http://localhost:8000", "https://mingcha.example.cn"),
        ({"host": "192.168.1.20"}, None, "http://192.168.1.20:8000"),
        ({"host": "192.168.1.20"}, "http://localhost:8000", "http://192.168.1.20:8000"),
        ({"host": "192.168.1.20"}, "http://mingcha.lan:8000", "http://mingcha.lan:8000"),
        ({"host": "127.0.0.1"}, "http://localhost:8000", "http://localhost:8000"),
        ({"host": "127.0.0.1"}, "http://[::1]:8000", "http://[::1]:8000"),
        ({"host": "127.0.0.1", "port": "8010"}, None, "http://127.0.0.1:8010"),
        ({"host": "fd00::7"}, None, "http://[fd00::7]:8000"),
    ],
)
def test_the_address_as_set_comes_first_then_one_that_others_reach(
    tmp_path: Path, given: dict[str, str], asked: str | None, printed: str
) -> None:
    settings = settings_for("", tmp_path, **given)

    assert address.for_phones(settings, asked) == printed
