"""The draw: nobody steers it, anyone can repeat it, and what cannot be met is explained."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow
from scipy.stats import chi2

from inspection.checks import ballot
from inspection.checks import seed as chance
from inspection.checks.ballot import Assignment, Drawn, Given, Lacking, Lot, Site, Stratum
from inspection.checks.draw import draw
from inspection.checks.staffing import weight

SEED = "5e" * 32
HERE = (3993, 11642)
DISTRICTS = ("110101", "110102", "110105")
UNITS = ("u1", "u2", None)
GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "draw.md").read_text("utf-8")


def seeds(many: int) -> list[str]:
    return [sha256(str(number).encode()).hexdigest() for number in range(many)]


def one_stratum(quota: int, visits: int, sites: Iterable[str], **more: Any) -> Stratum:
    return Stratum("110101", "lane", quota, visits, tuple(Site(one, HERE, **more) for one in sites))


def lots(*ids: str, capacity: int = 1, **more: Any) -> tuple[Lot, ...]:
    return tuple(Lot(one, capacity, **more) for one in ids)


def allowed(one: Given, site: Site, stratum: Stratum, lot: Lot) -> bool:
    """The rules said once more, by themselves."""
    own = stratum.district in (lot.home, lot.employer)
    answers_for_it = lot.unit is not None and lot.unit == site.unit
    return not own and not answers_for_it and lot.id not in one.excluded.get(site.id, frozenset())


@st.composite
def inputs(draw_: st.DrawFn, visits: Sequence[int] = (1, 2, 3), whole: bool = False) -> Given:
    """A small city; ``whole``: every site is wanted."""
    sites = iter(f"s{number}" for number in range(100))
    strata = []
    for district, type_ in draw_(
        st.lists(st.tuples(st.sampled_from(DISTRICTS), st.sampled_from(["lane", "market"])), min_size=1, unique=True)
    ):
        there = tuple(
            Site(next(sites), (3990 + draw_(st.integers(0, 40)), 11640), draw_(st.sampled_from(UNITS)))
            for _ in range(draw_(st.integers(0, 4)))
        )
        quota = len(there) if whole else draw_(st.integers(0, 4))
        strata.append(Stratum(district, type_, quota, draw_(st.sampled_from(list(visits))), there))
    people = tuple(
        Lot(
            f"l{number}",
            draw_(st.integers(0, 3)),
            draw_(st.sampled_from([*DISTRICTS, "110108"])),
            draw_(st.sampled_from([*DISTRICTS, None, None])),
            draw_(st.sampled_from(UNITS)),
            draw_(st.sampled_from([HERE, (4020, 11640), None])),
        )
        for number in range(draw_(st.integers(0, 7)))
    )
    every = [site.id for stratum in strata for site in stratum.sites]
    excluded = {
        site: frozenset(draw_(st.lists(st.sampled_from([lot.id for lot in people]), max_size=3)))
        for site in every
        if people and draw_(st.booleans())
    }
    windows = tuple(range(draw_(st.integers(1, 4))))
    return Given(tuple(strata), people, windows, excluded, draw_(st.sampled_from([0, 20, 100])))


def most(one: Given) -> int:
    """How many visits can be staffed at most, by somebody else's maximum flow: source → strata → sites → lots → sink.

    A stratum passes on as many visits as it wants. For strata with one visit a site this is the most sites.
    """
    sites = [(site, stratum) for stratum in one.strata for site in stratum.sites]
    size = 2 + len(one.strata) + len(sites) + len(one.lots)
    edges = np.zeros((size, size), dtype=np.int32)
    for number, stratum in enumerate(one.strata, start=1):
        edges[0, number] = stratum.quota * stratum.visits
    for number, (site, stratum) in enumerate(sites, start=1 + len(one.strata)):
        edges[1 + one.strata.index(stratum), number] = stratum.visits
        for other, lot in enumerate(one.lots, start=1 + len(one.strata) + len(sites)):
            edges[number, other] = allowed(one, site, stratum, lot)
            edges[other, size - 1] = lot.capacity
    return int(maximum_flow(csr_matrix(edges), 0, size - 1).flow_value)


def quotas(one: Given) -> int:
    return sum(stratum.quota * stratum.visits for stratum in one.strata)


def chosen(drawn: Drawn) -> set[str]:
    return {visit.site for visit in drawn.assignments}


@given(inputs(), st.sampled_from(seeds(5)))
@settings(max_examples=300)
def test_no_rule_is_ever_broken(one: Given, seed: str) -> None:
    drawn = draw(one, seed)

    strata = {site.id: (site, stratum) for stratum in one.strata for site in stratum.sites}
    people = {lot.id: lot for lot in one.lots}
    for visit in drawn.assignments:
        assert allowed(one, *strata[visit.site], people[visit.lot])
        assert visit.window in one.windows
    pairs = Counter((visit.site, visit.lot) for visit in drawn.assignments)
    assert not pairs or max(pairs.values()) == 1
    assert all(many <= people[lot].capacity for lot, many in Counter(v.lot for v in drawn.assignments).items())


@given(inputs(), st.sampled_from(seeds(5)))
@settings(max_examples=300)
def test_every_drawn_site_has_all_its_visits_and_no_stratum_more_than_its_quota(one: Given, seed: str) -> None:
    drawn = draw(one, seed)

    lack = {(told.district, told.type): told for told in drawn.lacking}
    for stratum in one.strata:
        here = chosen(drawn) & {site.id for site in stratum.sites}
        for site in here:
            turns = [visit.turn for visit in drawn.assignments if visit.site == site and not visit.second]
            assert sorted(turns) == list(range(1, stratum.visits + 1))
        assert len(here) == stratum.quota or (
            len(here) < stratum.quota and lack[stratum.key].found == len(here) and lack[stratum.key].wanted > len(here)
        )


@given(inputs(visits=(1,)), st.sampled_from(seeds(5)))
@settings(max_examples=400)
def test_as_many_sites_are_drawn_as_can_be(one: Given, seed: str) -> None:
    one = replace(one, double_percent=0)

    drawn = draw(one, seed)

    assert len(drawn.assignments) == most(one)
    assert bool(drawn.lacking) == (most(one) < quotas(one))


@given(inputs(whole=True), st.sampled_from(seeds(5)))
@settings(max_examples=400)
def test_where_all_sites_are_wanted_they_are_staffed_exactly_if_they_can_be(one: Given, seed: str) -> None:
    one = replace(one, double_percent=0)

    drawn = draw(one, seed)

    assert bool(drawn.lacking) == (most(one) < quotas(one))


@given(inputs(visits=(2, 3)), st.sampled_from(seeds(5)))
@settings(max_examples=300)
def test_a_site_that_is_passed_over_leaves_everything_as_it_was(one: Given, seed: str) -> None:
    drawn = draw(replace(one, double_percent=0), seed)

    taken = tuple(
        replace(stratum, sites=tuple(site for site in stratum.sites if site.id in chosen(drawn)))
        for stratum in one.strata
    )
    assert draw(replace(one, strata=taken, double_percent=0), seed).assignments == drawn.assignments


@given(inputs(), st.sampled_from(seeds(5)))
@settings(max_examples=200)
def test_who_goes_a_second_time_is_another_one_in_the_same_window(one: Given, seed: str) -> None:
    drawn = draw(one, seed)

    first = {visit.site: visit for visit in drawn.assignments if visit.turn == 1 and not visit.second}
    seconds = [visit for visit in drawn.assignments if visit.second]
    wanted = (len(first) * one.double_percent + 50) // 100
    assert all(visit.window == first[visit.site].window and visit.turn == 1 for visit in seconds)
    told = [lack for lack in drawn.lacking if lack.kind is Lacking.SECONDS]
    assert len(seconds) == wanted if not told else (told[0].wanted, told[0].found) == (wanted, len(seconds))


@given(inputs(), st.sampled_from(seeds(5)))
@settings(max_examples=200)
def test_windows_are_filled_evenly_and_a_sites_turns_are_apart(one: Given, seed: str) -> None:
    drawn = draw(replace(one, double_percent=0), seed)

    load = Counter(dict.fromkeys(one.windows, 0))
    turns = defaultdict(list)
    for visit in sorted(drawn.assignments, key=lambda visit: visit.turn):
        load[visit.window] += 1
        turns[visit.site].append(visit.window)
    assert max(load.values()) - min(load.values()) <= 1
    for windows in turns.values():
        assert windows == sorted(windows)
        assert len(set(windows)) == min(len(windows), len(one.windows))


@given(inputs(), st.sampled_from(seeds(5)), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_another_order_of_the_same_input_is_the_same_to_the_byte(one: Given, seed: str, rng: Random) -> None:
    def mixed(things: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(rng.sample(list(things), len(list(things))))

    strata = tuple(replace(stratum, sites=mixed(stratum.sites)) for stratum in one.strata)
    excluded = dict(mixed(one.excluded.items()))
    other = replace(one, strata=mixed(strata), lots=mixed(one.lots), windows=mixed(one.windows), excluded=excluded)

    assert ballot.dump(other) == ballot.dump(one)
    assert ballot.dump_drawn(draw(other, seed)) == ballot.dump_drawn(draw(one, seed))


@given(inputs(), st.sampled_from(seeds(5)))
@settings(max_examples=200)
def test_what_is_written_down_can_be_read_and_drawn_again(one: Given, seed: str) -> None:
    text, result = ballot.dump(one), ballot.dump_drawn(draw(one, seed))

    assert ballot.dump(ballot.load(text)) == text
    assert ballot.dump_drawn(ballot.load_drawn(result)) == result
    assert ballot.dump_drawn(draw(ballot.load(text), seed)) == result


def test_where_the_first_come_would_leave_someone_without_all_are_served() -> None:
    # By hand: only lot 1 may go to site b, and each goes once. So a must have lot 2, whatever the seed says.
    both = Stratum("110101", "lane", 2, 1, (Site("a", HERE), Site("b", HERE)))
    one = Given((both,), lots("1", "2"), (0,), {"b": frozenset({"2"})})

    for seed in seeds(20):
        drawn = draw(one, seed)
        assert {visit.site: visit.lot for visit in drawn.assignments} == {"a": "2", "b": "1"}
        assert not drawn.lacking


def test_another_site_is_taken_where_only_that_helps() -> None:
    # By hand: lot 1 alone may go to b, and there is no other market; so it must be the lane that lot 2 may see.
    lanes = Stratum("110101", "lane", 1, 1, (Site("a1", HERE), Site("a2", HERE)))
    market = Stratum("110101", "market", 1, 1, (Site("b", HERE),))
    barred = {"a1": frozenset({"2"}), "a2": frozenset({"1"}), "b": frozenset({"2"})}
    one = Given((lanes, market), lots("1", "2"), (0,), barred)

    for seed in seeds(20):
        assert {visit.site: visit.lot for visit in draw(one, seed).assignments} == {"a2": "2", "b": "1"}


def test_a_stratum_with_too_few_sites_says_how_many_there_are() -> None:
    (lack,) = draw(Given((one_stratum(3, 1, "ab"),), lots("1", capacity=9), (0,)), SEED).lacking

    assert (lack.kind, lack.wanted, lack.found, lack.sites) == (Lacking.SITES, 3, 2, 2)


def test_a_stratum_that_nobody_may_go_to_says_by_which_rule_how_many_fell_out() -> None:
    people = (
        *lots("1", "2", home="110101"),
        *lots("3", home="110105", employer="110101"),
        *lots("4", unit="u1"),
        *lots("5"),
    )
    one = Given((one_stratum(1, 1, "a", unit="u1"),), people, (0,), {"a": frozenset({"5"})})

    (lack,) = draw(one, SEED).lacking

    assert (lack.kind, lack.lots, lack.left) == (Lacking.INSPECTORS, 5, 0)
    assert lack.fell == {"home": 2, "employer": 1, "unit": 1, "rest": 1}


def test_a_site_that_needs_more_people_than_may_go_there_says_so() -> None:
    (lack,) = draw(Given((one_stratum(1, 3, "a"),), lots("1", "2", capacity=5), (0,)), SEED).lacking

    assert (lack.kind, lack.left, lack.each, lack.found) == (Lacking.INSPECTORS, 2, 3, 0)


def test_a_stratum_whose_people_have_no_time_left_says_how_much_they_have_and_who_else_wants_it() -> None:
    # Five visits are wanted, of people who can make four; the fifth lives there.
    lanes, markets = one_stratum(3, 1, "abc"), replace(one_stratum(2, 1, "de"), type="market")
    people = (*lots("1", "2", capacity=2), *lots("3", capacity=8, home="110101"))

    (lack,) = draw(Given((lanes, markets), people, (0,)), SEED).lacking

    assert (lack.kind, lack.left, lack.capacity) == (Lacking.CAPACITY, 2, 4)
    assert lack.fell == {"home": 1} and lack.wanted - lack.found == 1
    assert {(lack.district, lack.type), *lack.shared} == {("110101", "lane"), ("110101", "market")}


def test_seconds_that_nobody_can_make_are_told() -> None:
    one = Given((one_stratum(2, 1, "ab"),), lots("1", capacity=9), (0,), {}, 100)

    (lack,) = draw(one, SEED).lacking

    assert (lack.kind, lack.wanted, lack.found) == (Lacking.SECONDS, 2, 0)


def uneven(counts: Sequence[int], expected: Sequence[float]) -> float:
    """How probable it is that chance alone is as uneven as this."""
    return float(chi2.sf(sum((c - e) ** 2 / e for c, e in zip(counts, expected, strict=True)), len(counts) - 1))


def test_every_site_and_every_inspector_has_the_same_chance_over_many_seeds() -> None:
    one = Given((one_stratum(2, 1, "abcdef"),), lots("1", "2", "3", "4", "5", at=HERE), (0, 1))
    drawn = [draw(one, seed) for seed in seeds(3000)]

    sites = Counter(visit.site for result in drawn for visit in result.assignments)
    people = Counter(visit.lot for result in drawn for visit in result.assignments)
    windows = Counter(visit.window for result in drawn for visit in result.assignments if visit.site == "a")

    assert uneven([sites[one] for one in "abcdef"], [1000.0] * 6) > 0.01
    assert uneven([people[one] for one in "12345"], [1200.0] * 5) > 0.01
    assert uneven([windows[0], windows[1]], [sites["a"] / 2] * 2) > 0.01


def test_pairs_of_site_and_inspector_are_even_too() -> None:
    one = Given((one_stratum(2, 1, "ab"),), lots("1", "2", "3"), (0,))
    pairs = Counter((v.site, v.lot) for seed in seeds(3000) for v in draw(one, seed).assignments)

    assert uneven(list(pairs.values()), [1000.0] * 6) > 0.01 and len(pairs) == 6


def test_whoever_lives_near_is_preferred_as_the_weights_say_and_whoever_lives_far_away_is_drawn_too() -> None:
    # By hand: 0 km, 11 km, 33 km and 89 km to the north: 8 + 4 + 2 + 1 = 15.
    homes = {"1": HERE, "2": (4003, 11642), "3": (4023, 11642), "4": (4073, 11642)}
    people = tuple(Lot(one, 1, at=at) for one, at in homes.items())
    one = Given((one_stratum(1, 1, "a"),), people, (0,))

    drawn = Counter(draw(one, seed).assignments[0].lot for seed in seeds(3000))

    assert uneven([drawn[one] for one in homes], [1600.0, 800.0, 400.0, 200.0]) > 0.01
    assert [weight(one.strata[0].sites[0], lot) for lot in (*people, Lot("5", 1))] == [8, 4, 2, 1, 2]


def test_chance_by_trying_and_chance_among_all_are_the_same_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspection.checks.staffing.TRIES", 0)

    test_whoever_lives_near_is_preferred_as_the_weights_say_and_whoever_lives_far_away_is_drawn_too()


@pytest.mark.parametrize(
    "wrong",
    [
        {"windows": ()},
        {"windows": (0, 0)},
        {"double_percent": 101},
        {"lots": (Lot("1", -1),)},
        {"lots": (Lot("1", 1), Lot("1", 2))},
        {"lots": (Lot("a|b", 1),)},
        {"strata": (one_stratum(1, 0, "a"),)},
        {"strata": (one_stratum(1, 1, "aa"),)},
    ],
)
def test_what_cannot_be_drawn_from_is_refused(wrong: dict[str, Any]) -> None:
    known: dict[str, Any] = {"strata": (one_stratum(1, 1, "a"),), "lots": lots("1"), "windows": (0,)}

    with pytest.raises(ValueError):
        Given(**known | wrong)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"method":"another"}', "1.5"],
)
def test_what_is_no_input_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ballot.load(text)


def test_a_broken_number_is_refused() -> None:
    text = ballot.dump(Given((one_stratum(1, 1, "a"),), lots("1"), (0,)))

    with pytest.raises(ValueError, match="whole numbers"):
        ballot.load(text.replace('"capacity":1', '"capacity":1.0'))


def test_a_seed_has_64_digits() -> None:
    for wrong in ("", "5e", SEED.upper(), SEED + "\n"):
        with pytest.raises(ValueError, match="64"):
            draw(Given((one_stratum(1, 1, "a"),), lots("1"), (0,)), wrong)


def test_the_hashes_of_the_guide_are_right() -> None:
    told = re.findall(r'sha256\("([^"]+)"\) *= *([0-9a-f]{64})', GUIDE)

    assert len(told) >= 10
    assert [sha256(line.replace("S|", SEED + "|", 1).encode()).hexdigest() for line, _ in told] == [d for _, d in told]


def test_the_guides_example_is_drawn_as_it_is_worked_there() -> None:
    seed_hash, given_, result = re.findall(r"^    (\S+)$", GUIDE, re.M)

    assert chance.commitment(SEED) == seed_hash
    assert ballot.dump(ballot.load(given_)) == given_
    assert ballot.dump_drawn(draw(ballot.load(given_), SEED)) == result
    assert json.loads(result)["assignments"]


def test_assignments_are_written_in_the_order_of_sites_and_turns() -> None:
    some = [Assignment("b", 1, False, "1", 0), Assignment("a", 1, True, "2", 0), Assignment("a", 1, False, "1", 0)]

    assert ballot.load_drawn(ballot.dump_drawn(Drawn(tuple(some)))).assignments == (some[2], some[1], some[0])


def test_the_method_of_this_name_stays_what_it_is_to_the_byte() -> None:
    # Whoever changes what is drawn gives the method another name: the draws that were made must still be repeatable.
    def town(capacity: int, visits: int, double: int) -> Given:
        strata = tuple(
            Stratum(
                district,
                kind,
                8,
                visits,
                tuple(
                    Site(f"{district}{kind}{n}", (3980 + n * 7 % 40, 11620 + n * 11 % 60), f"u{n % 3}")
                    for n in range(10)
                ),
            )
            for district in DISTRICTS
            for kind in ("lane", "market")
        )
        people = tuple(
            Lot(f"l{n}", capacity, DISTRICTS[n % 3], None, f"u{n % 7}", (3975 + n * 5 % 50, 11620 + n * 15 % 70))
            for n in range(24)
        )
        excluded = {f"110101lane{n}": frozenset({f"l{n}", f"l{n + 1}"}) for n in range(10)}
        return Given(strata, people, (0, 1, 2), excluded, double)

    results = [draw(town(*more), SEED) for more in ((9, 1, 25), (2, 1, 0), (5, 2, 10))]

    assert not any(result.lacking for result in results)
    assert [chance.fingerprint(ballot.dump_drawn(result))[:16] for result in results] == [
        "6ccbf6d391227bc8",
        "357c909d1eaaad19",
        "8bafa732f35b2cdb",
    ]
