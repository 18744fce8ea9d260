"""Invitations at the command line."""

import re

import pytest
from sqlalchemy import select

from inspection.kernel.calendar import now
from inspection.kernel.db import db
from inspection.people import invitations
from inspection.people.models import Invitation
from inspection.web import address


@pytest.fixture(autouse=True)
def nowhere_else(monkeypatch):
    """Asking which address we go out from leads no further than this machine."""
    monkeypatch.setattr(address, "SOMEWHERE_ELSE", ("127.0.0.1", 9))


def test_an_invitation_is_shown_once_as_a_picture_a_link_and_a_code(run, make, events):
    person = make.inspector()
    phone, person_id = person.phone, person.id

    done = run("invitation", "create", "--phone", phone)

    assert done.exit_code == 0, done.output
    link = re.search(r"链接：http://\S+/join/([\w-]{43})\n", done.output)
    code = re.search(r"验证码：(\d{4}) (\d{4})", done.output)
    assert link and code and "▄▄▄▄▄" in done.output
    found = invitations.find(link[1], now=now())
    assert found and found.person_id == person_id
    right = invitations.check_code(phone, code[1] + code[2], network="here", now=now()).right
    assert right
    assert [(event.name, event.actor) for event in events("invitation.")] == [("invitation.created", "cli")]


def test_a_revoked_invitation_is_worth_nothing(run, make, events):
    phone = make.inspector().phone
    made = run("invitation", "create", "--phone", phone).output
    token = re.search(r"/join/([\w-]{43})\n", made)[1]

    done = run("invitation", "revoke", "--phone", phone)

    assert done.exit_code == 0 and phone in done.output
    assert invitations.find(token, now=now()) is None
    assert events("invitation.revoked")[0].actor == "cli"


def test_there_is_nothing_to_revoke_where_nothing_waits(run, make):
    done = run("invitation", "revoke", "--phone", make.inspector().phone)

    assert done.exit_code == 1 and done.output == "这个人没有未用的邀请单。\n"


def test_nobody_is_invited_without_an_account(run):
    done = run("invitation", "create", "--phone", "13999999999")

    assert done.exit_code == 1 and "没有这个手机号的账号" in done.output
    assert db.session.scalars(select(Invitation)).all() == []
