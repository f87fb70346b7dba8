"""How contradictions become witnesses, and what others say of them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.voting.contradictions import (
    HASH_CHARACTERS,
    SHOWN_CHARACTERS_MAX,
    Contradiction,
    Redaction,
    redacted,
    verdict_on,
    witnesses_of,
)
from shared.contracts.witnesses import WITNESSES_MAX, Verdict

URI = "file:///data/a.csv"
FOUND = Contradiction(partition=URI, row=7, column="size", rule="is no BIGINT", text="Ann 17")
(WITNESS,) = witnesses_of([FOUND], Redaction.MASKED)


@pytest.mark.parametrize(
    ("redaction", "shown"),
    [
        (Redaction.SHOWN, "Ann 17, Ülm"),
        (Redaction.MASKED, "Aaa 99, Aaa"),
        (Redaction.HASHED, "sha256:"),
    ],
)
def test_values_are_shown_as_configured(redaction: Redaction, shown: str) -> None:
    assert redacted("Ann 17, Ülm", redaction).startswith(shown)


@given(text=st.text())
@settings(max_examples=100)
def test_a_hidden_value_cannot_be_read(text: str) -> None:
    masked = redacted(text, Redaction.MASKED)
    assert len(masked) <= SHOWN_CHARACTERS_MAX
    assert {each for each in masked if each.isalnum() and each.isascii()} <= {*"aA9"}
    assert len(redacted(text, Redaction.HASHED)) == len("sha256:") + HASH_CHARACTERS


def test_a_witness_names_its_row_and_hides_its_value() -> None:
    assert (WITNESS.partition, WITNESS.row, WITNESS.column) == (URI, 7, "size")
    assert WITNESS.shown == "Aaa 99"
    assert "Ann 17" not in json.dumps(WITNESS.model_dump(mode="json"))


def test_witnesses_are_few() -> None:
    many = [FOUND.model_copy(update={"row": row}) for row in range(50)]
    assert len(witnesses_of(many, Redaction.SHOWN)) == WITNESSES_MAX


def test_what_is_found_again_is_confirmed() -> None:
    verdict = verdict_on([WITNESS], [FOUND], allowed=[URI])
    assert verdict.verdict is Verdict.CONFIRMED
    assert "`size` in row 7 of a.csv" in verdict.reason


@pytest.mark.parametrize(
    "found",
    [[], [FOUND.model_copy(update={"row": 8})], [FOUND.model_copy(update={"text": "Ann 18"})]],
)
def test_what_is_not_there_is_refuted(found: list[Contradiction]) -> None:
    assert verdict_on([WITNESS], found, allowed=[URI]).verdict is Verdict.REFUTED


def test_rows_of_other_partitions_prove_nothing() -> None:
    verdict = verdict_on([WITNESS], [FOUND], allowed=["file:///data/b.csv"])
    assert verdict.verdict is Verdict.REFUTED
    assert "no partition that the proposal is about" in verdict.reason


def test_what_cannot_be_read_is_neither() -> None:
    verdict = verdict_on([WITNESS], [], allowed=[URI], unreadable=["a.csv is gone."])
    assert (verdict.verdict, verdict.reason) == (Verdict.UNREADABLE, "a.csv is gone.")
