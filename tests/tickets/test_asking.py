"""Who is asked to look: by lot among those near who have nothing to do with the matter, worked by hand."""

import uuid
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from inspection.tickets.asking import MOST_OPEN, Candidate, choose

HERE, THERE = "110101", "110105"


def someone(number: int, district: str | None = HERE, **more: object) -> Candidate:
    return Candidate(uuid.UUID(int=number), district, **more)  # type: ignore[arg-type]


def test_the_only_one_of_the_district_who_fits_is_chosen_whatever_the_lot() -> None:
    author = someone(1, reported=True)
    asked = someone(2, asked=True)
    busy = someone(3, waiting=5)
    fresh = someone(4, waiting=4)
    far = someone(5, THERE)

    chosen = {choose([author, asked, busy, fresh, far], HERE, Random(seed)) for seed in range(20)}

    assert chosen == {fresh}


def test_someone_from_elsewhere_is_chosen_where_nobody_near_fits() -> None:
    candidates = [someone(1, reported=True), someone(2, THERE), someone(3, None)]

    chosen = {choose(candidates, HERE, Random(seed)) for seed in range(20)}

    assert chosen == set(candidates[1:])


def test_nobody_is_chosen_where_nobody_fits() -> None:
    assert (
        choose([someone(1, reported=True), someone(2, asked=True), someone(3, waiting=MOST_OPEN)], HERE, Random(1))
        is None
    )
    assert choose([], HERE, Random(1)) is None


def test_the_lot_gives_everyone_a_chance_and_does_not_hang_on_the_order() -> None:
    three = [someone(1), someone(2), someone(3)]

    forwards = [choose(three, HERE, Random(seed)) for seed in range(60)]
    backwards = [choose(three[::-1], HERE, Random(seed)) for seed in range(60)]

    assert set(forwards) == set(three)
    assert forwards == backwards


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.uuids(),
        district_code=st.sampled_from([HERE, THERE, None]),
        reported=st.booleans(),
        asked=st.booleans(),
        waiting=st.integers(0, 7),
    ),
    max_size=12,
)


@given(candidates, st.integers())
def test_nobody_unfit_is_ever_chosen_and_nobody_far_before_somebody_near(some: list[Candidate], seed: int) -> None:
    chosen = choose(some, HERE, Random(seed))

    fitting = [one for one in some if not one.reported and not one.asked and one.waiting < 5]
    assert (chosen is None) == (not fitting)
    if chosen:
        assert chosen in fitting
        assert chosen.district_code == HERE or not any(one.district_code == HERE for one in fitting)
