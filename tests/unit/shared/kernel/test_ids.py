"""Ids follow from causes, on every machine alike."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import derive_id

PARTS = st.lists(
    st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])),
    min_size=1,
    max_size=4,
)


def test_an_id_is_the_same_for_ever() -> None:
    assert derive_id("goal", "golden") == "986c1ebe-f38a-5953-ae4b-1c0de98d5e49"


@given(parts=PARTS)
def test_equal_causes_give_equal_ids(parts: list[str]) -> None:
    assert derive_id(*parts) == derive_id(*parts)


@given(first=PARTS, second=PARTS)
def test_different_causes_give_different_ids(first: list[str], second: list[str]) -> None:
    assert (derive_id(*first) == derive_id(*second)) == (first == second)


def test_a_number_and_its_text_are_one_cause() -> None:
    assert derive_id("cause", 1) == derive_id("cause", "1")
