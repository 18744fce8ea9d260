"""What a lesson holds and when its quiz is passed (课程). Pure: plain values in, plain values out.

A version's content is kept word for word as canonical JSON, so that what somebody passed can always be read again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any

from inspection.kernel.phrases import Phrase
from inspection.kernel.text import N_

MOST_PAGES, MOST_QUESTIONS, MOST_OPTIONS = 12, 10, 5
LONGEST_TITLE, LONGEST_TEXT, LONGEST_QUESTION, LONGEST_OPTION, LONGEST_WHY = 30, 400, 80, 60, 200


@dataclass(frozen=True)
class Words:
    """A text in Chinese, and in English where somebody has written it."""

    zh: str
    en: str = ""

    def told(self, language: str) -> str:
        """In the reader's language, or else in Chinese."""
        return self.en if language == "en" and self.en else self.zh


@dataclass(frozen=True)
class Page:
    """One screen: a heading, a few sentences, perhaps a picture (its SHA-256 among the examples)."""

    title: Words
    text: Words
    picture: str | None = None


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    text: Words
    right: bool = False


@dataclass(frozen=True)
class Question:
    """One question: all right options are to be chosen and no other; ``why`` is told afterwards."""

    text: Words
    options: tuple[Option, ...]
    why: Words

    @property
    def several(self) -> bool:
        """Whether more than one option is right."""
        return sum(option.right for option in self.options) > 1

    @property
    def rights(self) -> frozenset[int]:
        """The places of the right options."""
        return frozenset(place for place, option in enumerate(self.options) if option.right)


@dataclass(frozen=True)
class Lesson:
    """A version of a lesson, whole; ``enough`` questions must be right."""

    pages: tuple[Page, ...]
    questions: tuple[Question, ...]
    enough: int


@dataclass(frozen=True)
class Marked:
    """What answers come to: which questions are right, and whether that is enough."""

    right: tuple[bool, ...]
    passed: bool

    @property
    def number(self) -> int:
        """How many are right."""
        return sum(self.right)


@dataclass(frozen=True)
class Problem:
    """What keeps a lesson from being published; the path is that of its field, such as ``questions.1.text``."""

    path: str
    text: Phrase


def mark(lesson: Lesson, answers: Sequence[AbstractSet[int]]) -> Marked:
    """Compare the chosen options with the right ones; a question that is not answered is not right."""
    given = [*answers, *[frozenset[int]()] * len(lesson.questions)]
    right = tuple(
        bool(question.rights) and set(chosen) == question.rights
        for question, chosen in zip(lesson.questions, given, strict=False)
    )
    return Marked(right, bool(right) and sum(right) >= lesson.enough)


def problems(lesson: Lesson) -> list[Problem]:
    """Everything that is wrong, in the order of the form."""
    return [*_of_numbers(lesson), *_of_pages(lesson), *_of_questions(lesson)]


def dump(lesson: Lesson) -> str:
    """The one way to write a lesson down."""
    return json.dumps(asdict(lesson), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str) -> Lesson:
    """The lesson that ``dump`` wrote down; what is not one raises ValueError, KeyError or TypeError."""
    return of_plain(json.loads(text))


def of_plain(raw: Mapping[str, Any]) -> Lesson:
    """The lesson that plain values stand for, as JSON and TOML have them."""
    pages = [Page(Words(**one["title"]), Words(**one["text"]), one.get("picture")) for one in raw["pages"]]
    return Lesson(tuple(pages), tuple(map(_question, raw["questions"])), raw["enough"])


def _question(raw: Mapping[str, Any]) -> Question:
    options = [Option(Words(**one["text"]), one.get("right", False)) for one in raw["options"]]
    return Question(Words(**raw["text"]), tuple(options), Words(**raw["why"]))


def _of_numbers(lesson: Lesson) -> Iterator[Problem]:
    for path, what, most, none in (
        ("pages", lesson.pages, MOST_PAGES, N_("至少要有一页。")),
        ("questions", lesson.questions, MOST_QUESTIONS, N_("至少要有一道题。")),
    ):
        if not what:
            yield Problem(path, Phrase(none))
        if len(what) > most:
            yield Problem(path, Phrase(N_("太多了，最多 %(most)s 个。"), {"most": most}))
    if lesson.questions and not 1 <= lesson.enough <= len(lesson.questions):
        yield Problem("enough", Phrase(N_("要答对的题数应在 1 到 %(most)s 之间。"), {"most": len(lesson.questions)}))


def _of_pages(lesson: Lesson) -> Iterator[Problem]:
    for at, page in enumerate(lesson.pages):
        yield from _length(f"pages.{at}.title", page.title, LONGEST_TITLE, N_("这一页还没有标题。"))
        yield from _length(f"pages.{at}.text", page.text, LONGEST_TEXT, N_("这一页还没有写字。"))


def _of_questions(lesson: Lesson) -> Iterator[Problem]:
    for at, question in enumerate(lesson.questions):
        path = f"questions.{at}"
        yield from _length(f"{path}.text", question.text, LONGEST_QUESTION, N_("还没有写问什么。"))
        yield from _length(f"{path}.why", question.why, LONGEST_WHY, N_("写一句为什么，答错的人要看。"))
        if not 2 <= len(question.options) <= MOST_OPTIONS:
            yield Problem(f"{path}.options", Phrase(N_("答案要有 2 到 %(most)s 个。"), {"most": MOST_OPTIONS}))
        elif not question.rights:
            yield Problem(f"{path}.options", Phrase(N_("还没有勾哪个答案对。")))
        for place, option in enumerate(question.options):
            yield from _length(f"{path}.options.{place}", option.text, LONGEST_OPTION, N_("这个答案是空的。"))


def _length(path: str, words: Words, most: int, wanting: str) -> Iterator[Problem]:
    """English takes about three times as many letters as Chinese takes characters."""
    if not words.zh.strip():
        yield Problem(path, Phrase(wanting))
    elif len(words.zh) > most:
        params = {"most": most, "number": len(words.zh)}
        yield Problem(path, Phrase(N_("太长了：最多 %(most)s 个字，现在 %(number)s 个。"), params))
    if len(words.en) > most * 4:
        yield Problem(path, Phrase(N_("英文太长了：最多 %(most)s 个字符。"), {"most": most * 4}))
