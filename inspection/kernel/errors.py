"""The four ways in which a request can be refused. The edges map them once, to a page or to problem+json.

A message is a Chinese catalogue text with ``%(name)s`` places; ``params`` fill them after translation.
"""

from typing import Any


class Refusal(Exception):
    """Something that was asked for and is not done, with the reason in words for whoever asked."""

    status = 400

    def __init__(self, message: str, *, code: str | None = None, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params
        self.code = code or type(self).__name__.lower()


class NotFound(Refusal):
    """It does not exist, or not for whoever asks: the two look the same from outside."""

    status = 404


class NotAllowed(Refusal):
    """It exists and may be seen, but this person may not do this to it."""

    status = 403


class Conflict(Refusal):
    """The thing is in a state in which this cannot be done, or has changed meanwhile."""

    status = 409


class Invalid(Refusal):
    """The input is wrong; ``field`` names what is wrong."""

    status = 422

    def __init__(self, field: str, message: str, *, code: str | None = None, **params: Any) -> None:
        super().__init__(message, code=code, **params)
        self.field = field
