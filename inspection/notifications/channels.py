"""What every way out of the house has in common (外发渠道). Pure.

Where to is what the operator has set and nothing else. A failure is told in words of our own, because what a library
says of it may hold an address or a key.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

PATIENCE_SECONDS = 10
"""How long to wait for an answer from outside."""
SPARED_SECONDS = 60
AWAY = "nobody answered just now"


class Channel(StrEnum):
    """A way out of the house: 邮件, 短信, 企业微信群机器人."""

    EMAIL = "email"
    SMS = "sms"
    WECOM = "wecom"


@dataclass(frozen=True)
class Ways:
    """The ways out that the operator has opened: e-mail, SMS, and the groups with a robot, by district or ``all``."""

    email: bool = False
    sms: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Letter:
    """One thing to send: to an address, a phone number or a group's name; ``id`` is the same at every attempt."""

    id: uuid.UUID
    to: str
    subject: str
    text: str


class NotSent(Exception):
    """It was not taken; ``for_good`` if trying again is of no use, ``away`` if nobody answered at all."""

    def __init__(self, reason: str, *, for_good: bool = False, away: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
        self.away = away


class Sender(Protocol):
    """One way out."""

    def send(self, letter: Letter) -> None:
        """Send it; raises NotSent."""


class Spared:
    """A way out that is left alone for a while after nobody answered: a hundred letters do not wait a hundred times.

    The clock is in seconds.
    """

    def __init__(self, sender: Sender, clock: Callable[[], float]) -> None:
        self._sender, self._clock = sender, clock
        self._until = clock()

    def send(self, letter: Letter) -> None:
        """Send it, unless nobody answered just now; raises NotSent."""
        if self._clock() < self._until:
            raise NotSent(AWAY, away=True)
        try:
            self._sender.send(letter)
        except NotSent as failure:
            if failure.away:
                self._until = self._clock() + SPARED_SECONDS
            raise
