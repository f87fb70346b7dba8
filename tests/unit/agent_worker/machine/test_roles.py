"""Specialists: what names of roles and operators stand for."""

import pytest

from agent_worker.domain.actions import OPERATORS
from agent_worker.domain.roles import EVERYTHING, ROLES, capabilities_of


def test_every_operator_is_part_of_one_role_and_of_all() -> None:
    parts = [operator for name in ROLES if name != EVERYTHING for operator in ROLES[name]]
    assert sorted(parts) == sorted(OPERATORS)
    assert ROLES[EVERYTHING] == OPERATORS


def test_roles_and_operators_add_up_each_once_in_the_usual_order() -> None:
    named = capabilities_of("elector, publish_table,publisher, clean_partition")
    assert named == tuple(
        each
        for each in OPERATORS
        if each in {*ROLES["elector"], *ROLES["publisher"], "clean_partition"}
    )


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        ("publishr", "did you mean 'publisher'?"),
        ("clean_partitions", "did you mean 'clean_partition'?"),
        ("", "write a role (reader, cleaner"),
        ("reader,,elector", "write a role (reader, cleaner"),
        ("xyz", "write a role (reader, cleaner"),
    ],
)
def test_what_is_no_capability_is_refused_with_a_suggestion(names: str, advice: str) -> None:
    with pytest.raises(ValueError, match="is no capability") as refusal:
        capabilities_of(names)
    assert advice in str(refusal.value)
