"""Where files are kept: the same promises of a folder and of an S3 bucket."""

from collections.abc import Generator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from agent_worker.capabilities.object_store import ObjectStore, open_store
from agent_worker.domain.failures import ActionFailedError
from tests.support.s3_server import s3_bucket
from tests.unit.agent_worker.workbench import Workbench


@pytest.fixture(scope="module")
def s3_uri() -> Generator[str]:
    """An S3 bucket on this machine."""
    with s3_bucket("lake") as uri:
        yield f"{uri}/argosy"


@pytest.fixture(params=["folder", "bucket"])
def store_uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "bucket":
        return request.getfixturevalue("s3_uri")
    return (tmp_path / "with a space").as_uri()


@pytest.fixture
def store(store_uri: str, tmp_path: Path) -> ObjectStore:
    return open_store(store_uri, tmp_path)


def put(store: ObjectStore, name: str, content: bytes) -> str:
    staged = store.stage(name)
    staged.write_bytes(content)
    return store.put(name, staged)


def test_what_was_put_is_fetched_by_its_uri(store: ObjectStore) -> None:
    uri = put(store, "work/task/1/a b.json", b"content")
    assert store.fetch(uri).read_bytes() == b"content"
    assert uri == store.uri_of("work/task/1/a b.json")


def test_putting_again_replaces_the_content_and_leaves_nothing_staged(store: ObjectStore) -> None:
    for content in (b"first", b"second"):
        staged = store.stage("a")
        staged.write_bytes(content)
        uri = store.put("a", staged)
        assert not staged.exists()
    assert store.fetch(uri).read_bytes() == b"second"


def test_what_is_staged_is_not_there_yet(store: ObjectStore) -> None:
    store.stage("unfinished").write_bytes(b"half")
    with pytest.raises(ActionFailedError, match="artifact_missing"):
        store.fetch(store.uri_of("unfinished"))


def test_what_another_program_wrote_is_adopted_in_order(store: ObjectStore) -> None:
    for name in ("b", "a"):
        put(store, f"tables/t/part/{name} 1.parquet", name.encode())
    put(store, "tables/t/part-beside.parquet", b"another")
    adopted = store.adopt("tables/t/part")
    assert adopted == [store.uri_of(f"tables/t/part/{name} 1.parquet") for name in "ab"]
    assert [store.fetch(uri).read_bytes() for uri in adopted] == [b"a", b"b"]


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "s3://other/key", "https://host/key"])
def test_a_uri_outside_the_store_is_refused(store: ObjectStore, uri: str) -> None:
    with pytest.raises(ActionFailedError, match="artifact_outside_store"):
        store.fetch(uri)


def test_a_store_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="name file:///… or s3://bucket/…"):
        open_store("ftp://host", tmp_path)


def test_a_table_is_the_same_in_either_store(store_uri: str, tmp_path: Path) -> None:
    bench = Workbench(tmp_path, object_store=store_uri)
    bench.write("a.csv", "id,at", *(f"{at},2013-01-{at:02}" for at in range(1, 29)), "broken")
    contract, _ = bench.propose()
    outcome = bench.attempt("publish_table", {"table": "t"}, [*bench.clean(contract), contract])
    assert outcome.failure is None, outcome.failure
    (table,) = outcome.artifacts
    assert len(DeltaTable(table.uri).file_uris()) == 1
    assert table.rows == 28
