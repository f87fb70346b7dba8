"""Which changes of a schema can be, what they lead to, and whom they break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_worker.domain.changes import Change, ChangeKind
from agent_worker.domain.data_types import DataType
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.migration import migrate
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from shared.contracts.vocabulary import Parameters

CONTRACT = TableContract(
    table="t",
    columns=(
        ColumnContract(name="a", data_type=DataType.BIGINT),
        ColumnContract(name="b", data_type=DataType.VARCHAR, nullable=False),
        ColumnContract(name="c", data_type=DataType.DATE),
    ),
    key=("b",),
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "drop", "column": "nope"}, "column_unknown"),
        ({"kind": "drop", "column": "b"}, "column_needed"),
        ({"kind": "rename", "column": "a", "to": "C"}, "column_name_taken"),
        ({"kind": "rename", "column": "a"}, "column_name_taken"),
        ({"kind": "rename", "column": "a", "to": "_source_x"}, "column_name_taken"),
        ({"kind": "add", "column": "a", "data_type": "BIGINT"}, "column_name_taken"),
        ({"kind": "add", "column": "d"}, "change_incomplete"),
        ({"kind": "retype", "column": "a"}, "change_incomplete"),
        ({"kind": "nullability", "column": "a"}, "change_incomplete"),
        (
            {"kind": "add", "column": "d", "data_type": "BIGINT", "nullable": False},
            "default_missing",
        ),
        ({"kind": "add", "column": "d", "data_type": "BIGINT", "default": "x"}, "default_invalid"),
        (
            {"kind": "add", "column": "d", "data_type": "BIGINT", "default": 2**63},
            "default_invalid",
        ),
        ({"kind": "add", "column": "d", "data_type": "DATE", "default": "soon"}, "default_invalid"),
        ({"kind": "widen", "column": "b", "data_type": "BIGINT"}, "widening_impossible"),
        ({"kind": "retype", "column": "a", "data_type": "DATE"}, "retype_impossible"),
        ({"kind": "nullability", "column": "b", "nullable": True}, "column_needed"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(change: Parameters, code: str) -> None:
    with pytest.raises(ActionFailedError) as refused:
        migrate(CONTRACT, [Change.model_validate(change)], 0)
    assert refused.value.failure.code == code
    assert refused.value.failure.remedy


@pytest.mark.parametrize(
    ("changes", "compatibility"),
    [
        ([("add", {"column": "d", "data_type": "BIGINT"})], "full"),
        ([("drop", {"column": "a"})], "full"),
        ([("widen", {"column": "a", "data_type": "DOUBLE"})], "backward"),
        ([("retype", {"column": "a", "data_type": "DOUBLE"})], "backward"),
        ([("retype", {"column": "b", "data_type": "BIGINT"})], "forward"),
        ([("retype", {"column": "a", "data_type": "BOOLEAN"})], "breaking"),
        ([("rename", {"column": "a", "to": "z"})], "breaking"),
        ([("nullability", {"column": "a", "nullable": False})], "forward"),
        (
            [
                ("widen", {"column": "a", "data_type": "DOUBLE"}),
                ("nullability", {"column": "c", "nullable": False}),
            ],
            "breaking",
        ),
    ],
)
def test_changes_have_the_compatibility_of_the_narrowest(
    changes: list[tuple[str, Parameters]], compatibility: str
) -> None:
    given_changes = [Change.model_validate({"kind": kind, **rest}) for kind, rest in changes]
    migration = migrate(CONTRACT, given_changes, 0).migration
    assert migration is not None
    assert migration.compatibility == compatibility


def test_later_changes_see_what_former_ones_left() -> None:
    changes = [
        Change(kind=ChangeKind.RENAME, column="a", to="z"),
        Change(kind=ChangeKind.ADD, column="a", data_type=DataType.VARCHAR),
        Change(kind=ChangeKind.WIDEN, column="z", data_type=DataType.DOUBLE),
        Change(kind=ChangeKind.RENAME, column="b", to="k"),
    ]
    contract = migrate(CONTRACT, changes, 0)
    assert [column.name for column in contract.columns] == ["z", "k", "c", "a"]
    assert contract.key == ("k",)
    assert contract.columns[0].aliases == (), "a name of its own is nobody's other name"
    assert contract.columns[1].aliases == ("b",)


@given(st.permutations(["a", "b", "c"]), st.lists(st.sampled_from("xyz"), unique=True, max_size=3))
def test_renames_there_and_back_are_the_identity(columns: list[str], names: list[str]) -> None:
    pairs = [*zip(columns, names, strict=False)]
    there = [Change(kind=ChangeKind.RENAME, column=old, to=new) for old, new in pairs]
    back = [Change(kind=ChangeKind.RENAME, column=new, to=old) for old, new in reversed(pairs)]
    assert migrate(CONTRACT, [*there, *back], 0).fingerprint == CONTRACT.fingerprint
