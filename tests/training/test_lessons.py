"""What a lesson holds and when its quiz is passed: worked cases by hand beside properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inspection.training import lessons
from inspection.training.lessons import Lesson, Option, Page, Question, Words
from tests.training.lessons_of import RIGHT, WRONG, lesson, question

texts = some.text(max_size=20)
words = some.builds(Words, texts, texts)
questions = some.builds(
    Question, words, some.lists(some.builds(Option, words, some.booleans()), max_size=5).map(tuple), words
)
contents = some.builds(
    Lesson,
    some.lists(some.builds(Page, words, words, some.none() | some.just("a" * 64)), max_size=3).map(tuple),
    some.lists(questions, max_size=4).map(tuple),
    some.integers(0, 5),
)
answers = some.lists(some.frozensets(some.integers(0, 5), max_size=5), max_size=6)


@pytest.mark.parametrize(
    ("given", "right", "passed"),
    [
        (RIGHT, (True, True), True),
        (WRONG, (False, False), False),
        ([{0}, {0}], (True, False), False),
        ([{0}, {0, 1, 2}], (True, False), False),
        ([{0}], (True, False), False),
        ([], (False, False), False),
        ([{0}, {0, 1}, {7}], (True, True), True),
    ],
    ids=["all", "none", "one is missing", "one too many", "one unanswered", "nothing", "more than asked"],
)
def test_a_question_is_right_when_all_its_right_options_and_no_other_are_chosen(given, right, passed):
    marked = lessons.mark(lesson(), given)

    assert (marked.right, marked.passed) == (right, passed)


def test_as_many_as_the_lesson_says_are_enough():
    two_of_three = lesson(questions=(question(), question(), question()), enough=2)

    assert lessons.mark(two_of_three, [{0}, {1}, {0}]).passed
    assert not lessons.mark(two_of_three, [{1}, {1}, {0}]).passed


def test_a_quiz_without_questions_is_passed_by_nobody():
    assert not lessons.mark(lesson(questions=(), enough=0), []).passed


@given(contents)
def test_what_is_written_down_is_read_again(content):
    assert lessons.load(lessons.dump(content)) == content


@given(contents, answers)
def test_marking_counts_no_more_than_there_are_questions_and_right_answers_always_do(content, chosen):
    marked = lessons.mark(content, chosen)
    best = lessons.mark(content, [one.rights for one in content.questions])

    assert len(marked.right) == len(content.questions) and marked.number <= best.number
    assert not marked.passed or best.passed


def test_a_whole_lesson_has_no_problem():
    assert lessons.problems(lesson()) == []


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (lesson(pages=()), "pages"),
        (lesson(questions=(), enough=0), "questions"),
        (lesson(enough=3), "enough"),
        (lesson(enough=0), "enough"),
        (lesson(pages=(Page(Words(""), Words("字")),)), "pages.0.title"),
        (lesson(pages=(Page(Words("题"), Words("字" * 401)),)), "pages.0.text"),
        (lesson(pages=(Page(Words("题"), Words("字", "e" * 1601)),)), "pages.0.text"),
        (lesson(questions=(question(right=()), question())), "questions.0.options"),
        (lesson(questions=(question("一个"), question())), "questions.0.options"),
        (lesson(questions=(question("对", " "), question())), "questions.0.options.1"),
        (lesson(questions=(question(text=""), question())), "questions.0.text"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(content, path):
    assert [one.path for one in lessons.problems(content)] == [path]


def test_a_reader_of_english_is_told_in_english_where_there_is_some():
    assert Words("走开", "Walk away").told("en") == "Walk away"
    assert Words("走开", "Walk away").told("zh") == "走开"
    assert Words("走开").told("en") == "走开"
