import time
from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.diagnosing.column_texts import Finding
from agent_worker.domain.diagnosing.single_column import find_errors
from agent_worker.domain.recipe import StepAction
from tests.unit.agent_worker.diagnosing.single import CITIES

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CPU_SECONDS_MAX = 3.0
"""What 100 000 distinct texts take at most; about one second where nothing else runs."""

JUNK = st.sampled_from(
    ["12", "12.5", "1O.5", " 7", "n/a", "Total", "Ulm", "ulm", "U1m", "3 kg", "2021-02-30", "#N/A"]
)
CLEAN = ([*CITIES], [f"{number}.5" for number in range(30)], ["Yes", "No"])


def joined(clean: list[str], junk: list[str], repeats: int) -> list[str]:
    return [*clean * repeats, *junk]


COLUMNS = st.builds(joined, st.sampled_from(CLEAN), st.lists(JUNK, max_size=4), st.integers(1, 8))


def judge(texts: list[str]) -> list[Finding]:
    return list(find_errors("values", Counter(texts), {}))


@given(st.text(min_size=1, max_size=12).filter(str.strip), st.integers(1, 500))
@settings(max_examples=40)
def test_equal_texts_raise_at_most_what_the_text_itself_shows(text: str, cells: int) -> None:
    found = find_errors("values", {text: cells}, {})

    assert not found or not (text.isascii() and text.isalnum())


@given(st.integers(0, 2**32), st.integers(20, 300), st.integers(4, 16))
@settings(max_examples=25)
def test_random_texts_raise_nothing(seed: int, count: int, length: int) -> None:
    chance = Random(seed)
    texts = {"".join(chance.choices(LETTERS, k=length)) for _ in range(count)}

    assert judge(sorted(texts)) == []


@given(COLUMNS, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_rows_does_not_matter(texts: list[str], chance: Random) -> None:
    shuffled = list(texts)
    chance.shuffle(shuffled)

    assert judge(shuffled) == judge(texts)


@given(COLUMNS)
@settings(max_examples=40)
def test_repairs_do_not_lead_to_texts_that_are_repaired(texts: list[str]) -> None:
    found = {each.text: each for each in judge(texts)}

    assert not {each.proposed for each in found.values()} & found.keys()
    assert all(each.proposed != each.text for each in found.values())


@given(COLUMNS)
@settings(max_examples=40)
def test_mending_twice_is_mending_once(texts: list[str]) -> None:
    mapped = {
        each.text: each.proposed or ""
        for each in judge(texts)
        if each.action == StepAction.REPAIRED
    }
    mended = [mapped.get(text, text) for text in texts]

    assert [mapped.get(text, text) for text in mended] == mended


def test_a_stray_space_does_not_hide_another_mistake() -> None:
    texts = [*["Philadelphia"] * 30, " Philadlephia", *["Boston"] * 20, *["Chicago"] * 20]

    (found,) = judge(texts)

    assert (found.text, found.proposed) == (" Philadlephia", "Philadelphia")


def test_a_hundred_thousand_texts_take_about_a_second() -> None:
    chance = Random(12)
    counts = {"".join(chance.choices(LETTERS + " ", k=12)): 1 for _ in range(100_000)}
    began = time.process_time()

    find_errors("values", counts, {})

    assert time.process_time() - began < CPU_SECONDS_MAX
