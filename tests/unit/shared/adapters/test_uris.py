"""Which URIs open which adapter, and what the others are told."""

from pathlib import Path

import pytest

from shared.adapters.kafka_bus import KafkaBus
from shared.adapters.sqlite_bus import SqliteBus
from shared.adapters.store import SqlStore
from shared.adapters.uris import open_bus, open_store


@pytest.mark.parametrize("uri", ["sqlite:///bus.db", "sqlite:////var/lib/argosy/bus.db"])
def test_a_file_is_an_embedded_bus(uri: str) -> None:
    assert isinstance(open_bus(uri), SqliteBus)


@pytest.mark.parametrize(
    "uri", ["kafka://broker:9092", "kafka://one:9092,two:9092?replication_factor=3"]
)
def test_brokers_are_a_bus_on_kafka(uri: str) -> None:
    assert isinstance(open_bus(uri), KafkaBus)


def test_a_file_or_postgres_is_a_store(tmp_path: Path) -> None:
    for uri in (f"sqlite:///{tmp_path}/store.db", "postgresql://me:secret@host:5432/argosy"):
        assert isinstance(open_store(uri), SqlStore)


@pytest.mark.parametrize(
    ("uri", "wrong"),
    [
        ("redis://host:6379", "'redis' is no bus"),
        ("bus.db", "'' is no bus"),
        ("sqlite://bus.db", "a file has no host, and 'bus.db' stands in its place"),
        ("sqlite:///", "the file is missing"),
        ("kafka://broker", "'broker' is no host:port"),
        ("kafka://one:9092,:9093", "':9093' is no host:port"),
        ("kafka://one:9092?acks=1", "acks is no option"),
        ("kafka://one:9092?replication_factor=all", "'all' is no number of brokers"),
    ],
)
def test_another_uri_is_refused_with_the_accepted_forms(uri: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong) as refusal:
        open_bus(uri)
    assert uri in str(refusal.value)
    assert "kafka://host:port" in str(refusal.value)


def test_a_refusal_keeps_the_password_to_itself() -> None:
    with pytest.raises(ValueError, match="'mysql' is no store") as refusal:
        open_store("mysql://me:secret@host/argosy")
    assert "secret" not in str(refusal.value)
