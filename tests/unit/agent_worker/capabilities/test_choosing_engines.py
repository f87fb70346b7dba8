"""The agent's engine is used for work that is worth it, and refused where it cannot run."""

import pytest
from pydantic import ValidationError

from agent_worker.capabilities.engines.addresses import check_installed
from agent_worker.capabilities.engines.choosing import engine_for
from agent_worker.capabilities.engines.port import StoredRows
from agent_worker.settings import Settings
from tests.unit.agent_worker.workbench import Workbench

SPARK = "spark://127.0.0.1:7077"


def test_small_work_stays_with_duckdb(bench: Workbench) -> None:
    bench.workshop.table_engine = SPARK
    bench.workshop.table_engine_bytes_min = 100
    side = StoredRows((), {}, 49)
    assert engine_for(bench.workshop, side, side).name == "duckdb"


@pytest.mark.parametrize("address", ["duckdb", SPARK, "spark://one:7077,two:7077", "yarn"])
def test_an_engine_is_named_by_its_address(address: str) -> None:
    assert Settings(table_engine=address).table_engine == address


@pytest.mark.parametrize("address", ["", "spark", "local[2]", "http://one:7077"])
def test_what_is_no_address_of_an_engine_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="is no engine; write duckdb, or a Spark master"):
        Settings(table_engine=address)


def test_an_agent_that_lacks_what_its_engine_needs_does_not_start() -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PATH", "")
        environment.delenv("JAVA_HOME", raising=False)
        check_installed("duckdb")
        with pytest.raises(ValueError, match=rf"ARGOSY_TABLE_ENGINE={SPARK} needs .* install"):
            check_installed(SPARK)


def test_what_an_attempt_holds_elsewhere_is_given_back_when_it_is_over(bench: Workbench) -> None:
    given_back: list[str] = []
    bench.workshop.at_end(lambda: given_back.append("driver"))
    bench.failure("compact_partition", {"table": "absent"})
    bench.failure("compact_partition", {"table": "absent"})
    assert given_back == ["driver"]
