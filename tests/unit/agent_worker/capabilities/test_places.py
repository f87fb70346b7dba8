"""Sources that are no local files: allowed or refused, copied once, and read like any other."""

import gzip
import sqlite3
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import obstore
import pytest

from agent_worker.capabilities.partitions import load_partition
from agent_worker.capabilities.places.allowed import Allowed
from agent_worker.domain.profile import Partition
from shared.adapters.sql_rows import open_rows
from tests.support.s3_server import s3_bucket
from tests.support.workbook import write_workbook
from tests.unit.agent_worker.workbench import Workbench

CSV = b"id,name\n1,a\n2,b\n3,c\n"
ROWS = [("1", "a"), ("2", "b"), ("3", "c")]
OPEN_ROWS = f"{open_rows.__module__}:{open_rows.__qualname__}"


class Pages(BaseHTTPRequestHandler):
    """A few pages: a file, a redirection within and one out of the host, a failure."""

    def do_GET(self) -> None:
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
        elif self.path == "/short.csv":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(CSV)
        elif self.path == "/busy.csv":
            self.send_error(503)
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CSV)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's name
        """Say nothing."""


@pytest.fixture(scope="module")
def host() -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def bucket() -> Generator[str]:
    with s3_bucket("harbour") as uri:
        store = obstore.store.from_url(uri)
        for key in ("in/2024/a.csv", "in/2025/a.csv", "in/2025/b.csv.gz", "other/c.csv"):
            obstore.put(store, key, gzip.compress(CSV) if key.endswith("gz") else CSV)
        yield uri


@pytest.fixture
def environment() -> Generator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as variables:
        yield variables


@pytest.fixture
def shop(tmp_path: Path, environment: pytest.MonkeyPatch) -> Allowed:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as database:
        database.execute("create table sales (id integer, name text, price real, paid blob)")
        rows = [(1, "a", 2.5, None), (2, "it's", None, b"ab"), (3, "", 0.1, None)]
        database.executemany("insert into sales values (?, ?, ?, ?)", rows)
    database.close()
    environment.setenv("ARGOSY_DATABASE_SHOP", f"sqlite:///{path}")
    return Allowed(databases=("shop", "lost"), open_rows=OPEN_ROWS)


def found(bench: Workbench, *sources: str) -> list[Partition]:
    outcome = bench.attempt("discover_sources", {"sources": list(sources)})
    assert outcome.failure is None, outcome.failure
    partitions = outcome.facts["partitions"]
    assert isinstance(partitions, list)
    return [Partition.model_validate(each) for each in partitions]


def rows_of(bench: Workbench, partition: Partition) -> list[tuple[object, ...]]:
    table = load_partition(bench.workshop, partition)
    return [row[1:] for row in table.texts.order("line").fetchall()]


def refusal(bench: Workbench, source: str) -> str:
    failure = bench.failure("discover_sources", {"sources": [source]})
    assert failure.remedy
    return failure.code


def test_a_web_file_is_copied_once_and_read(bench: Workbench, host: str) -> None:
    bench.workshop.allowed = Allowed(hosts=(host,))
    (partition,) = found(bench, f"http://{host}/sales.csv?day=2")
    assert partition.name == "sales"
    assert partition.uri.startswith(bench.store.as_uri())
    assert rows_of(bench, partition) == ROWS


def test_a_redirection_is_followed_on_listed_hosts_only(bench: Workbench, host: str) -> None:
    bench.workshop.allowed = Allowed(hosts=(host,))
    (partition,) = found(bench, f"http://{host}/to?/sales.csv")
    assert rows_of(bench, partition) == ROWS
    assert refusal(bench, f"http://{host}/to?http://169.254.169.254/") == "source_not_allowed"
    assert refusal(bench, f"http://{host}/to?/to?/to?/to?/to?/to?/to?/a") == "source_unreachable"


def test_a_name_that_leads_to_a_private_address_is_refused(bench: Workbench, host: str) -> None:
    port = host.partition(":")[2]
    bench.workshop.allowed = Allowed(hosts=(f"localhost:{port}",))
    failure = bench.failure("discover_sources", {"sources": [f"http://localhost:{port}/a.csv"]})
    assert failure.code == "source_not_allowed"
    assert "not public" in failure.detail
    bench.workshop.allowed = Allowed(hosts=(f"localhost:{port}", "127.0.0.1"))
    assert rows_of(bench, *found(bench, f"http://localhost:{port}/a.csv")) == ROWS


@pytest.mark.parametrize(("page", "retryable"), [("short.csv", True), ("busy.csv", True)])
def test_a_file_that_does_not_arrive_whole_is_tried_again(
    bench: Workbench, host: str, page: str, *, retryable: bool
) -> None:
    bench.workshop.allowed = Allowed(hosts=(host,))
    failure = bench.failure("discover_sources", {"sources": [f"http://{host}/{page}"]})
    assert (failure.code, failure.retryable) == ("source_unreachable", retryable)


def test_objects_of_a_bucket_are_found_by_pattern_and_read(bench: Workbench, bucket: str) -> None:
    bench.workshop.allowed = Allowed(buckets=("harbour/in",))
    partitions = found(bench, f"{bucket}/in/*/a.csv", f"{bucket}/in/2025/b.csv.gz")
    assert [partition.name for partition in partitions] == ["a", "a-2", "b"]
    assert all(rows_of(bench, partition) == ROWS for partition in partitions)


def test_objects_outside_of_the_listed_prefix_are_refused(bench: Workbench, bucket: str) -> None:
    bench.workshop.allowed = Allowed(buckets=("harbour/in",))
    for source in ("other/c.csv", "*/a.csv", "in/../other/c.csv", "inside/a.csv"):
        assert refusal(bench, f"{bucket}/{source}") == "source_not_allowed"
    assert refusal(bench, f"{bucket}/in/none*.csv") == "source_missing"
    assert refusal(bench, f"{bucket}/in/none.csv") == "source_missing"


@pytest.mark.parametrize(
    "source", ["table=sales", "query=select%20*%20from%20sales%20where%20name%20%3C%3E%20':x'"]
)
def test_rows_of_a_database_are_read_by_table_or_query(
    bench: Workbench, shop: Allowed, source: str
) -> None:
    bench.workshop.allowed = shop
    (partition,) = found(bench, f"sql://shop?{source}")
    assert rows_of(bench, partition) == [
        ("1", "a", "2.5", ""),
        ("2", "it's", "", "YWI="),
        ("3", "", "0.1", ""),
    ]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("sql://other?table=sales", "source_not_allowed"),
        ("sql://lost?table=sales", "source_not_configured"),
        ("sql://shop", "source_invalid"),
        ("sql://shop?table=none", "source_unreadable"),
        ("http://harbour.example/a.csv", "source_not_allowed"),
        ("s3://harbour/a.csv", "source_not_allowed"),
        ("table:none", "table_unknown"),
        ("table:../etc", "source_invalid"),
    ],
)
def test_what_is_not_listed_or_not_there_is_refused(
    bench: Workbench, shop: Allowed, source: str, code: str
) -> None:
    bench.workshop.allowed = shop
    assert refusal(bench, source) == code


def test_no_password_reaches_a_failure(
    bench: Workbench, shop: Allowed, environment: pytest.MonkeyPatch
) -> None:
    bench.workshop.allowed = shop
    environment.setenv("ARGOSY_DATABASE_SHOP", "postgresql://sailor:hunter2@127.0.0.1:1/shop")
    failure = bench.failure("discover_sources", {"sources": ["sql://shop?table=sales"]})
    assert failure.code == "source_unreadable"
    assert failure.retryable
    assert "hunter2" not in failure.model_dump_json()


def test_a_table_is_a_source_at_the_version_that_is_named(bench: Workbench) -> None:
    path = bench.write("a.csv", "id,name", *(f"{number},n{number}" for number in range(9)))
    contract, _ = bench.propose()
    assert bench.publish([*bench.clean(contract), contract]).failure is None
    path.unlink()
    (partition,) = found(bench, "table:t@0")
    assert partition.name == "t-0"
    assert rows_of(bench, partition)[0] == ("0", "n0")
    assert refusal(bench, "table:t@7") == "table_version_unknown"


def test_a_sheet_of_a_workbook_is_a_partition(bench: Workbench) -> None:
    path = bench.sources / "a.xlsx"
    write_workbook(path, {"First": [["a", "b"], [1, 2]], "The second": [["c", "d"], [3, 4]]})
    (partition,) = found(bench, f"{path.as_uri()}#sheet=The%20second")
    assert partition.name == "a-The-second"
    assert rows_of(bench, partition) == [("3", "4")]
