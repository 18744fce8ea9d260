"""The fonts that notices are set in: the folder that ``make fonts`` fills, and what is there without it."""

from pathlib import Path

import pytest

from inspection.notices.fonts import Fonts, found

FOLDER = Path(__file__).parents[2] / "fonts"


@pytest.fixture(params=["fandol", "package"], scope="session")
def fonts(request: pytest.FixtureRequest) -> Fonts:
    """Without the system's fonts, so that a test sees the same everywhere."""
    if request.param == "package":
        return found(None, system=False)
    if not FOLDER.is_dir():
        pytest.skip(f"no fonts in {FOLDER}: make fonts")
    return found(FOLDER, system=False)
