"""What tests of mystery checks begin with."""

import pytest
from flask import Flask

from tests.checks.make_checks import MakeChecks


@pytest.fixture
def checks(app: Flask) -> MakeChecks:
    """Makes sites, checklists, plans and visits."""
    return MakeChecks()
