"""What an agent keeps in its work folder."""

from pathlib import Path

from agent_worker.settings import Settings
from agent_worker.wiring import open_ports


async def test_an_agents_store_lies_in_its_work_folder(tmp_path: Path) -> None:
    settings = Settings(bus=f"sqlite:///{tmp_path}/bus.db", work_folder=str(tmp_path / "agent"))
    ports = open_ports(settings)
    await ports.store.start()
    await ports.store.stop()
    assert (tmp_path / "agent" / "agent.db").exists()


def test_streams_are_never_more_than_allowed() -> None:
    assert Settings(max_parallel_streams=1).streams == 1


def test_an_object_store_is_a_path_or_a_uri(tmp_path: Path) -> None:
    assert Settings(object_store=str(tmp_path)).object_store_uri == tmp_path.resolve().as_uri()
    assert Settings(object_store="s3://fleet/objects").object_store_uri == "s3://fleet/objects"
