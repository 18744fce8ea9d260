"""The fault points themselves: nothing happens unless it is planned, and never in production."""

import errno
import os
from pathlib import Path

import pytest

from inspection.factory import create_app
from inspection.kernel import faults
from inspection.settings import WrongSettings, read

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 40,
    "BASE_URL": "https://mingcha.example",
    "TRUSTED_HOSTS": "mingcha.example",
}


def test_a_point_does_nothing_unless_a_fault_is_planned_there() -> None:
    faults.point("blob.linked")

    with faults.plan("blob.linked=eio") as planned:
        faults.point("blob.dir_synced")

    assert not planned.happened
    assert not faults.planned()


def test_a_fault_happens_once_at_its_passing() -> None:
    with faults.plan("blob.linked:2=enospc") as planned:
        faults.point("blob.linked")
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as raised:
            faults.point("blob.linked")
        faults.point("blob.linked")

    assert raised.value.errno == errno.ENOSPC
    assert planned.happened


@pytest.mark.parametrize("text", ["blob.linked=enonsense", "blob.linked:often"])
def test_a_fault_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"enonsense|often"):
        faults.Fault(text)


def test_production_does_not_start_with_a_planned_fault(tmp_path: Path) -> None:
    chosen = read(PRODUCTION | {"DATA_DIR": str(tmp_path / "data")})

    with faults.plan("blob.linked"), pytest.raises(WrongSettings) as refused:
        create_app(chosen)

    assert list(refused.value.problems) == ["MINGCHA_FAULT"]
