"""The table-engine suite over every adapter."""

from collections.abc import Generator
from pathlib import Path

import pytest

from agent_worker.capabilities.engines.duckdb_engine import DuckDbEngine
from agent_worker.capabilities.engines.port import KeepDistinct, TableEngine
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.failures import ActionFailedError
from tests.contract.table_engine_suite import TableEngineSuite
from tests.support.kafka import free_ports
from tests.support.spark import kill_driver, spark_engine
from tests.support.table_files import EngineBench


class TestDuckDbEngine(TableEngineSuite):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Generator[EngineBench]:
        bench = EngineBench(tmp_path, DuckDbEngine)
        yield bench
        bench.close()


@pytest.mark.timeout(300)
class TestSparkEngine(TableEngineSuite):
    @pytest.fixture
    def bench(self, tmp_path: Path, spark: str) -> Generator[EngineBench]:
        def engine_of(workshop: Workshop) -> TableEngine:
            return spark_engine(workshop, spark)

        bench = EngineBench(tmp_path, engine_of)
        yield bench
        bench.close()

    def test_a_table_becomes_several_sorted_files(self, bench: EngineBench) -> None:
        work = KeepDistinct(bench.made("select 99 - range as k from range(100)"), ["k"], "")
        written = bench.write(work)
        assert len(written) > 1
        assert bench.rows(written) == [(number,) for number in range(100)]

    @pytest.mark.usefixtures("spark")
    def test_a_master_that_is_away_is_a_failure_that_may_pass(self, tmp_path: Path) -> None:
        (port,) = free_ports(1)
        bench = EngineBench(
            tmp_path, lambda workshop: spark_engine(workshop, f"spark://127.0.0.1:{port}")
        )
        with pytest.raises(ActionFailedError) as failed:
            bench.engine.count_missing(bench.made("select 1 as k"), ["k"])
        failure = failed.value.failure
        assert (failure.code, failure.retryable) == ("engine_unreachable", True)
        assert f"127.0.0.1:{port}" in failure.detail
        assert "ARGOSY_TABLE_ENGINE" in failure.remedy
        bench.close()

    def test_a_driver_that_dies_is_replaced(self, bench: EngineBench) -> None:
        rows = bench.made("select 1::bigint as k")
        assert bench.engine.count_missing(rows, ["k"]).rows == 1
        kill_driver()
        with pytest.raises(ActionFailedError) as failed:
            bench.engine.count_missing(rows, ["k"])
        assert (failed.value.failure.code, failed.value.failure.retryable) == (
            "engine_failed",
            True,
        )
        assert bench.engine.count_missing(rows, ["k"]).rows == 1
