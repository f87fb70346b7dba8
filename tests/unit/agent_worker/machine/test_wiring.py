"""What an agent keeps in its work folder."""

import stat
from pathlib import Path

import pytest

from agent_worker.settings import Settings
from agent_worker.wiring import PRIVATE_KEY_BYTES, open_ports, private_key_in


def test_the_private_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "agents" / "a"
    private_key = private_key_in(folder)
    assert len(private_key) == PRIVATE_KEY_BYTES
    assert private_key_in(folder) == private_key
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_agents_have_two_keys(tmp_path: Path) -> None:
    assert private_key_in(tmp_path / "a") != private_key_in(tmp_path / "b")


def test_a_damaged_key_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "private.key").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"has 5 bytes .* delete it to give the agent a new one"):
        private_key_in(tmp_path)


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
