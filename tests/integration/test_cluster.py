"""The services as processes of their own, over a real Kafka and a real PostgreSQL."""

from pathlib import Path

import httpx
import pytest

from tests.integration.conftest import Voyage, content_hash_of
from tests.support.fleet import Fleet, ended_goal, submit

pytestmark = pytest.mark.timeout(300)


def test_kafka_and_postgres_give_the_table_of_an_embedded_cluster(
    tmp_path: Path, voyage: Voyage, kafka_bus: str, postgres_uri: str
) -> None:
    with Fleet(tmp_path, voyage.sources, bus=kafka_bus, store=postgres_uri, agents=3) as fleet:
        goal_id = submit(fleet.address("planner"), voyage.goal)
        ended = ended_goal(fleet.address("planner"), goal_id)
        assert content_hash_of(ended) == voyage.content_hash
        pipeline = httpx.get(f"{fleet.address('hub')}/v1/pipelines/{ended['pipeline_id']}")
        assert pipeline.json()["state"] == "completed"


def test_killing_every_service_once_changes_nothing(
    tmp_path: Path, voyage: Voyage, kafka_bus: str, postgres_uri: str
) -> None:
    with Fleet(tmp_path, voyage.sources, bus=kafka_bus, store=postgres_uri, agents=3) as fleet:
        goal_id = submit(fleet.address("planner"), voyage.goal)
        for name in ("agent-0", "hub", "consensus", "planner"):
            fleet.kill(name)
            fleet.start(name)
        fleet.wait_until_ready()
        assert content_hash_of(ended_goal(fleet.address("planner"), goal_id)) == voyage.content_hash
