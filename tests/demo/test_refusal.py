"""Where the demo must not be built."""

from pathlib import Path

import pytest
from flask import Flask

from inspection import demo
from inspection.jobs import Tools
from inspection.kernel.errors import Conflict, NotAllowed
from inspection.people.access import Role
from inspection.web.tools import tools
from tests.conftest import settings_for
from tests.make import NOW, Make


def test_an_office_that_has_begun_work_is_not_mixed_with_the_demo(app: Flask) -> None:
    Make(app).person(Role.ADMIN)

    with pytest.raises(Conflict, match="不能再建演示数据"):
        demo.build(tools(), now=NOW, echo=print)


def test_production_refuses_the_demo(app: Flask, database_url: str, tmp_path: Path) -> None:
    kit = tools()
    strict = settings_for(
        database_url,
        tmp_path / "strict",
        environment="production",
        base_url="https://mingcha.example",
        trusted_hosts="mingcha.example",
    )

    with pytest.raises(NotAllowed, match="生产环境"):
        demo.build(Tools(strict, kit.storage, kit.signer), now=NOW, echo=print)
    assert demo.empty()
