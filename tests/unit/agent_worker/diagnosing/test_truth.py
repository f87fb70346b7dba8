from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.diagnosing.truth import Claims, Trust, beliefs, settle

TRUE = [f"right {at}" for at in range(40)]


def said_by(accuracy: float, seed: int) -> list[str]:
    chance = Random(seed)
    return [
        value if chance.random() < accuracy else f"wrong {chance.randrange(10)}" for value in TRUE
    ]


def claims_of(sources: dict[str, list[str]]) -> list[Claims]:
    return [{name: said[at] for name, said in sources.items()} for at in range(len(TRUE))]


def believed(things: list[Claims], trust: Trust) -> list[str]:
    found = [beliefs(said, trust, "gate") for said in things]
    return [max(belief, key=lambda value: belief[value]) for belief in found]


def test_a_few_good_sources_are_believed_against_many_copies_of_a_bad_one() -> None:
    bad = said_by(0.4, seed=9)
    sources = {f"good {at}": said_by(0.95, seed=at) for at in range(3)}
    things = claims_of(sources | {f"copy {at}": bad for at in range(6)})
    assert believed(things, settle({"gate": things})) == TRUE


def test_sources_that_share_mistakes_are_seen_to_copy() -> None:
    bad = said_by(0.6, seed=9)
    sources = {f"good {at}": said_by(0.9, seed=at) for at in range(4)}
    things = claims_of(sources | {"copy 0": bad, "copy 1": bad})
    copying = settle({"gate": things}).copying["gate"]
    assert copying["copy 0", "copy 1"] > 0.99
    assert copying["good 0", "good 1"] < 0.05


def test_accuracy_is_how_often_a_source_is_right() -> None:
    things = claims_of({f"good {at}": said_by(1 - at / 20, seed=at) for at in range(6)})
    accuracy = settle({"gate": things}).accuracy
    assert accuracy["good 0"] > accuracy["good 5"]
    assert abs(accuracy["good 4"] - 0.8) < 0.15


@settings(max_examples=20, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), min_size=1)))
def test_beliefs_in_what_is_claimed_are_shares(things: list[Claims]) -> None:
    trust = settle({"gate": things})
    for said in things:
        belief = beliefs(said, trust, "gate")
        assert set(belief) == set(said.values())
        assert all(share > 0 for share in belief.values())
        assert sum(belief.values()) <= 1 + 1e-9
