"""What is handed over by HTTP: to an SMS gateway (短信), to the robot of a 企业微信 group. No redirect is followed."""

import json
from collections.abc import Mapping
from urllib.parse import quote_plus

import urllib3
from urllib3.exceptions import HTTPError

from inspection.notifications.channels import PATIENCE_SECONDS, Letter, NotSent

LONGEST_ANSWER = 65_536
GOOD, BEYOND_GOOD = 200, 300

_pool = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)


class SmsGateway:
    """A gateway that takes a POST with a body from a template: ``{phone}``, ``{text}`` and ``{id}`` are filled in.

    A template that begins with a brace is JSON, any other a form. ``expected`` is what a good answer has in it.
    """

    def __init__(self, url: str, template: str, *, token: str = "", expected: str = "") -> None:
        self._url, self._template, self._expected = url, template, expected
        self._is_json = template.lstrip().startswith("{")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, letter: Letter) -> None:
        """Hand over one SMS; raises NotSent."""
        if not letter.to:
            raise NotSent("no address", for_good=True)
        kind = "application/json" if self._is_json else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Idempotency-Key": str(letter.id)} | self._headers
        answer = _post(self._url, self._filled(letter), headers)
        if self._expected not in answer:
            raise NotSent("the gateway's answer is not the expected one")

    def _filled(self, letter: Letter) -> bytes:
        body = self._template
        for name, value in (("phone", letter.to), ("text", letter.text), ("id", str(letter.id))):
            written = json.dumps(value, ensure_ascii=False)[1:-1] if self._is_json else quote_plus(value)
            body = body.replace(f"{{{name}}}", written)
        return body.encode()


class WecomRobots:
    """The robots of working groups: a group's name → its webhook."""

    def __init__(self, webhooks: Mapping[str, str]) -> None:
        self._webhooks = webhooks

    def send(self, letter: Letter) -> None:
        """Have the group's robot say it; raises NotSent."""
        webhook = self._webhooks.get(letter.to)
        if webhook is None:
            raise NotSent("no such group", for_good=True)
        said = {"msgtype": "text", "text": {"content": letter.text}}
        answer = _post(webhook, json.dumps(said, ensure_ascii=False).encode(), {"Content-Type": "application/json"})
        code = _error_code(answer)
        if code != 0:
            raise NotSent(f"errcode {code}")


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> str:
    try:
        answer = _pool.request("POST", url, body=body, headers=headers, redirect=False, preload_content=False)
        text = answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
        answer.release_conn()
    except HTTPError as failure:
        raise NotSent(type(failure).__name__, away=True) from None
    if not GOOD <= answer.status < BEYOND_GOOD:
        raise NotSent(f"HTTP {answer.status}")
    return text


def _error_code(answer: str) -> object:
    try:
        return json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError):
        return "missing"
