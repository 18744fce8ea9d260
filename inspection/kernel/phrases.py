"""Texts with places to fill, kept apart until the edge knows the language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Phrase:
    """A Chinese catalogue text and what fills its ``%(name)s`` places: words of the catalogue, numbers, or phrases.

    As a string it is the Chinese sentence.
    """

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in Chinese."""
        return self.message % self.params if self.params else self.message


class Listing(tuple[object, ...]):
    """Several words or phrases in one place of a text; as a string they are joined as Chinese joins them."""

    __slots__ = ()

    def __str__(self) -> str:
        """The list in Chinese."""
        return "、".join(map(str, self))
