"""A PostgreSQL database that lives as long as the module's demo."""

import uuid
from collections.abc import Iterator

import pytest

from tests import conftest as house


@pytest.fixture(scope="module")
def postgres_copy(postgres_template: str) -> Iterator[str]:
    """The address of a fresh copy of the migrated database."""
    name = f"mingcha_demo_{uuid.uuid4().hex[:12]}"
    house._create(name, postgres_template)
    yield house._url(name)
    house._drop(name)
