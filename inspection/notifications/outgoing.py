"""What may leave the house, and in which words (外发文字). Pure.

The number, the category, the place to the street and the due day, and nothing else: no person, no picture, no exact
address, nothing of a report. Whatever is told outside is made of ``Facts``, so that nothing else can come along.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from inspection.kernel.phrases import Phrase


@dataclass(frozen=True)
class Facts:
    """What a message says besides its sentence. Only of a ticket: a morning's digest has ``counts`` alone."""

    number: str = ""
    category: str = ""
    """Its code."""
    place: str = ""
    """District and street by name, nothing nearer."""
    due: date | None = None
    counts: Mapping[str, int] | None = None
    """Numbers in the sentence."""

    def stored(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self) | {"due": self.due and self.due.isoformat()}, ensure_ascii=False)

    def fill(self, text: str) -> Phrase:
        """The sentence that a text makes of them."""
        return Phrase(text, {"number": self.number, **(self.counts or {})})


def read(stored: str) -> Facts:
    """What ``Facts.stored`` wrote."""
    known = json.loads(stored)
    return Facts(**known | {"due": date.fromisoformat(known["due"]) if known["due"] else None})


def words(text: str, facts: Facts, category: str) -> str:
    """The whole message in Chinese: the sentence, then category, street and due day."""
    due = f"期限{facts.due.month}月{facts.due.day}日" if facts.due else ""
    about = "，".join(filter(None, (category, facts.place, due)))
    return f"【明察】{subject(text, facts)}。{about + '。' if about else ''}请登录办公端查看。"


def subject(text: str, facts: Facts) -> str:
    """The sentence alone, for an e-mail's subject."""
    return str(facts.fill(text))
