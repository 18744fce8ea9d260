"""The ways out, to real servers on this machine: what arrives, what is refused, and what a failure tells."""

import json
import uuid
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from inspection import settings as knobs
from inspection.notifications import outlets
from inspection.notifications.channels import AWAY, Channel, Letter, NotSent, Sender, Spared
from inspection.notifications.gateways import SmsGateway, WecomRobots
from inspection.notifications.mail import Mail
from tests.notifications.servers import PASSWORD, Gateway, Mailbox, certificate, http_server, mail_server

TEXT = "【明察】DC-2611-0397 派给您单位，请签收。街面乱堆乱放，东城区东四街道，期限11月30日。“请登录”\n"
SENDER = "mingcha@example.cn"
JSON_BODY = '{"mobile":"{phone}","content":"{text}","ref":"{id}"}'


def letter(to: str) -> Letter:
    return Letter(uuid.UUID(int=7), to, "DC-2611-0397 派给您单位，请签收", TEXT)


@pytest.fixture
def mailbox():
    with mail_server() as opened:
        yield opened


@pytest.fixture
def gateway():
    with http_server() as opened:
        yield opened


def refused(sender: Sender, to: str) -> NotSent:
    with pytest.raises(NotSent) as caught:
        sender.send(letter(to))
    return caught.value


def test_a_mail_arrives_with_its_words_and_says_that_a_program_wrote_it(mailbox: Mailbox) -> None:
    Mail(mailbox.url, SENDER).send(letter("zhao@example.cn"))

    [mail] = mailbox.mails
    assert (mail["From"], mail["To"]) == (SENDER, "zhao@example.cn")
    assert mail["Subject"] == "明察：DC-2611-0397 派给您单位，请签收"
    assert mail["Message-ID"] == "<00000000-0000-0000-0000-000000000007@example.cn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == TEXT.strip()


def test_a_mail_goes_encrypted_and_with_the_password(tmp_path: Path) -> None:
    with mail_server(certificate(tmp_path), password=True) as mailbox:
        Mail(mailbox.url, SENDER).send(letter("zhao@example.cn"))

        assert mailbox.over_tls == [True]


def test_a_server_without_encryption_gets_no_mail_unless_so_set(mailbox: Mailbox) -> None:
    failure = refused(Mail(mailbox.url.replace("starttls=off", ""), SENDER), "zhao@example.cn")

    assert (failure.reason, failure.for_good, mailbox.mails) == ("SMTPNotSupportedError", False, [])


def test_a_server_with_a_certificate_that_nobody_vouches_for_gets_no_mail(tmp_path: Path) -> None:
    with mail_server(certificate(tmp_path)) as mailbox:
        failure = refused(Mail(mailbox.url.partition("?")[0], SENDER), "zhao@example.cn")

        assert (failure.reason, mailbox.mails) == ("SSLCertVerificationError", [])


def test_a_wrong_password_is_told_without_the_password(tmp_path: Path) -> None:
    with mail_server(certificate(tmp_path), password=True) as mailbox:
        failure = refused(Mail(mailbox.url.replace(PASSWORD, "wrong"), SENDER), "zhao@example.cn")

        assert (failure.reason, failure.for_good) == ("SMTP 535", False)


@pytest.mark.parametrize(
    ("answer", "for_good"), [("450 try again", False), ("550 no such person zhao@example.cn", True)]
)
def test_a_recipient_who_is_refused_is_told_by_number(mailbox: Mailbox, answer: str, for_good: bool) -> None:
    mailbox.answers = [answer]

    failure = refused(Mail(mailbox.url, SENDER), "zhao@example.cn")

    assert (failure.reason, failure.for_good) == (f"SMTP {answer[:3]}", for_good)


def test_a_mail_server_that_is_away_is_tried_again() -> None:
    with mail_server() as mailbox:
        url = mailbox.url

    failure = refused(Mail(url, SENDER), "zhao@example.cn")

    assert (failure.reason, failure.for_good) == ("ConnectionRefusedError", False)


def test_nobody_without_an_address_is_written_to(mailbox: Mailbox) -> None:
    assert refused(Mail(mailbox.url, SENDER), "").for_good
    assert mailbox.mails == []


def test_a_groups_robot_says_it(gateway: Gateway) -> None:
    WecomRobots({"110101": f"{gateway.url}/send?key=k1"}).send(letter("110101"))

    [(path, headers, body)] = gateway.requests
    assert (path, headers["Content-Type"]) == ("/send?key=k1", "application/json")
    assert json.loads(body) == {"msgtype": "text", "text": {"content": TEXT}}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, '{"errcode": 93000, "errmsg": "invalid webhook url"}'), "errcode 93000"),
        ((200, "no json"), "errcode missing"),
        ((500, '{"errcode": 0}'), "HTTP 500"),
        ((302, '{"errcode": 0}'), "HTTP 302"),
    ],
)
def test_what_a_robot_does_not_take_is_tried_again(gateway: Gateway, answer: tuple[int, str], reason: str) -> None:
    gateway.answers = [answer]

    failure = refused(WecomRobots({"all": f"{gateway.url}/send?key=k1"}), "all")

    assert (failure.reason, failure.for_good) == (reason, False)
    assert [path for path, _, _ in gateway.requests] == ["/send?key=k1"]


def test_a_robot_that_is_away_is_told_without_its_key() -> None:
    with http_server() as gateway:
        url = gateway.url

    failure = refused(WecomRobots({"all": f"{url}/send?key=secret"}), "all")

    assert failure.reason == "NewConnectionError"


def test_a_group_that_is_not_set_has_no_robot() -> None:
    assert refused(WecomRobots({}), "110101").for_good


def test_a_json_gateway_gets_its_template_filled(gateway: Gateway) -> None:
    SmsGateway(f"{gateway.url}/sms", JSON_BODY, token="t0ken").send(letter("13911110001"))

    [(path, headers, body)] = gateway.requests
    assert json.loads(body) == {"mobile": "13911110001", "content": TEXT, "ref": str(uuid.UUID(int=7))}
    assert (path, headers["Authorization"]) == ("/sms", "Bearer t0ken")
    assert headers["Idempotency-Key"] == str(uuid.UUID(int=7))


def test_a_form_gateway_gets_a_form(gateway: Gateway) -> None:
    SmsGateway(gateway.url, "to={phone}&msg={text}&sign=1").send(letter("13911110001"))

    [(_, headers, body)] = gateway.requests
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body) == {"to": ["13911110001"], "msg": [TEXT], "sign": ["1"]}
    assert "Authorization" not in headers


def test_a_gateway_that_says_something_else_than_expected_has_not_taken_it(gateway: Gateway) -> None:
    gateway.answers = [(200, '{"code": 1}')]

    failure = refused(SmsGateway(gateway.url, JSON_BODY, expected='"code": 0'), "13911110001")

    assert "expected" in failure.reason and not failure.for_good


def test_a_server_that_is_away_is_spared_for_a_minute(mailbox: Mailbox) -> None:
    with mail_server() as gone:
        url = gone.url
    seconds, asked = [0.0], []

    class Counted(Mail):
        def send(self, letter: Letter) -> None:
            asked.append(seconds[0])
            super().send(letter)

    spared = Spared(Counted(url, SENDER), lambda: seconds[0])
    reasons = []
    for moment in (0, 1, 59.9, 60):
        seconds[0] = moment
        reasons.append(refused(spared, "zhao@example.cn").reason)

    assert reasons == ["ConnectionRefusedError", AWAY, AWAY, "ConnectionRefusedError"]
    assert asked == [0, 60]


def test_a_server_that_answers_no_is_not_spared(mailbox: Mailbox) -> None:
    mailbox.answers = ["450 busy"]
    spared = Spared(Mail(mailbox.url, SENDER), lambda: 0.0)

    refused(spared, "zhao@example.cn")
    spared.send(letter("zhao@example.cn"))

    assert len(mailbox.mails) == 1


def settings(tmp_path: Path, **more: str) -> knobs.Settings:
    return knobs.read({"DATA_DIR": str(tmp_path / "data")} | {name.upper(): value for name, value in more.items()})


def test_only_what_the_operator_has_set_is_open(tmp_path: Path) -> None:
    none = settings(tmp_path)
    every = settings(
        tmp_path,
        smtp_url="smtps://mail.example.cn",
        mail_from=SENDER,
        sms_url="https://sms.example.cn",
        sms_body=JSON_BODY,
        wecom_robots="110101=https://qyapi.example.cn/send?key=a, all=https://qyapi.example.cn/send?key=b",
    )

    assert (outlets.senders(none), outlets.ways(none).groups) == ({}, frozenset())
    assert set(outlets.senders(every)) == set(Channel)
    assert outlets.ways(every).groups == {"110101", "all"} and outlets.ways(every).email and outlets.ways(every).sms


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"smtp_url": "mail://mingcha:s3cret@mail.example.cn"}, "SMTP_URL"),
        ({"smtp_url": "smtp://"}, "SMTP_URL"),
        ({"smtp_url": "smtps://mail.example.cn"}, "MAIL_FROM"),
        ({"sms_url": "ftp://sms.example.cn"}, "SMS_URL"),
        ({"sms_url": "https://sms.example.cn"}, "SMS_BODY"),
        ({"sms_url": "https://sms.example.cn", "sms_body": '{"to": "{phone}"}'}, "SMS_BODY"),
        ({"wecom_robots": "https://qyapi.example.cn/send?key=s3cret"}, "WECOM_ROBOTS"),
        ({"wecom_robots": "110101=qyapi.example.cn/send?key=s3cret"}, "WECOM_ROBOTS"),
    ],
)
def test_what_cannot_be_sent_to_is_told_at_the_start(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(knobs.WrongSettings) as wrong:
        settings(tmp_path, **given)

    assert set(wrong.value.problems) == {named}
    assert "s3cret" not in str(wrong.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"smtp_url": "smtp://127.0.0.1:25?starttls=off", "mail_from": SENDER}, "SMTP_URL"),
        ({"sms_url": "http://sms.example.cn", "sms_body": JSON_BODY}, "SMS_URL"),
        ({"wecom_robots": "110101=https://a.example.cn,all=http://b.example.cn"}, "WECOM_ROBOTS"),
    ],
)
def test_production_sends_nothing_in_the_clear(tmp_path: Path, given: dict[str, str], named: str) -> None:
    strong = {"secret_key": "k" * 40, "base_url": "https://mingcha.example.cn", "trusted_hosts": "mingcha.example.cn"}

    settings(tmp_path, **given)
    (tmp_path / "data").chmod(0o750)
    with pytest.raises(knobs.WrongSettings) as wrong:
        settings(tmp_path, environment="production", **strong, **given)

    assert set(wrong.value.problems) == {named}
