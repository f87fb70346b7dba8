"""The bus suite over every adapter."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from shared.adapters.clock import SystemClock
from shared.adapters.kafka_bus import KafkaBus
from shared.adapters.sqlite_bus import SqliteBus
from shared.contracts.topics import Topic
from tests.contract.bus_suite import BusSuite
from tests.support.kafka import Broker


class TestSqliteBus(BusSuite):
    @pytest.fixture
    async def bus(self, tmp_path: Path, topic: Topic) -> AsyncGenerator[SqliteBus]:
        bus = SqliteBus(tmp_path / "bus.db", clock=SystemClock(), topics={topic.name: topic})
        await bus.start()
        yield bus
        await bus.stop()


class TestKafkaBus(BusSuite):
    @pytest.fixture
    async def bus(self, kafka: Broker, topic: Topic) -> AsyncGenerator[KafkaBus]:
        bus = KafkaBus(kafka.bootstrap, topics={topic.name: topic})
        await bus.start()
        yield bus
        await bus.stop()
