"""Which files a goal may read, and what bad ones are told."""

import pytest

from agent_worker.capabilities.sources import SourceRoots
from agent_worker.domain.failures import ActionFailedError
from tests.unit.agent_worker.workbench import Workbench


def refusal(roots: SourceRoots, source: str) -> str:
    with pytest.raises(ActionFailedError) as caught:
        roots.expand([source])
    return caught.value.failure.code


def test_globs_and_file_uris_name_the_same_files(bench: Workbench) -> None:
    paths = [bench.write(f"{name}.csv", "x,y") for name in ("a b", "c")]
    roots = SourceRoots([str(bench.sources)])
    assert roots.expand([f"{bench.sources}/*.csv"]) == tuple(paths)
    assert roots.expand([path.as_uri() for path in paths]) == tuple(paths)


def test_without_roots_nothing_may_be_read(bench: Workbench) -> None:
    assert refusal(SourceRoots([]), str(bench.write("a.csv", "x,y"))) == "source_not_allowed"


@pytest.mark.parametrize("source", ["/etc/passwd", "/etc/*", "{root}/../secret.csv", "file:///"])
def test_a_source_outside_the_roots_is_refused(bench: Workbench, source: str) -> None:
    (bench.sources.parent / "secret.csv").write_text("x,y")
    roots = SourceRoots([str(bench.sources)])
    assert refusal(roots, source.format(root=bench.sources)) == "source_not_allowed"


def test_a_link_that_leads_out_of_the_roots_is_refused(bench: Workbench) -> None:
    secret = bench.sources.parent / "secret.csv"
    secret.write_text("x,y")
    (bench.sources / "link.csv").symlink_to(secret)
    roots = SourceRoots([str(bench.sources)])
    assert refusal(roots, f"{bench.sources}/*.csv") == "source_not_allowed"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{root}/none.csv", "source_missing"),
        ("{root}/*.parquet", "source_missing"),
        ("s3://bucket/a.csv", "source_scheme_unknown"),
        ("file://elsewhere/a.csv", "source_scheme_unknown"),
        ("relative.csv", "source_not_absolute"),
    ],
)
def test_a_source_that_names_nothing_is_refused(bench: Workbench, source: str, code: str) -> None:
    roots = SourceRoots([str(bench.sources)])
    assert refusal(roots, source.format(root=bench.sources)) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source_empty"),
        (b"\n \n", "source_empty"),
        (b"PK\x03\x04\0\0\0", "source_archive_damaged"),
        (b"\0\1", "source_not_csv"),
        (b"<html><body>a,b</body></html>\n", "source_not_csv"),
        (b"name  age\nAnna   31\nBert   40\n", "source_not_csv"),
        (
            b"\xe8\xec\xff\xf0\xe5,\xe3\xee\xf0\xee\xe4\n\xc0\xed\xed\xe0,\xca\xe8\xe5\xe2\n",
            "source_encoding_unknown",
        ),
        ("caf\u00e9,na\u00efve\n".encode("mac_roman"), "source_encoding_unknown"),
    ],
)
def test_a_file_that_is_no_table_fails_discovery(
    bench: Workbench, content: bytes, code: str
) -> None:
    path = bench.sources / "a.csv"
    path.write_bytes(content)
    failure = bench.failure("discover_sources", {"sources": [str(path)]})
    assert failure.code == code
    assert "a.csv" in failure.detail
    assert not failure.retryable


def test_partitions_with_equal_file_names_are_told_apart(bench: Workbench) -> None:
    for year in ("2012", "2013"):
        (bench.sources / year).mkdir()
        (bench.sources / year / "trips.csv").write_text("x,y\n1,2\n")
    outcome = bench.attempt("discover_sources", {"sources": [f"{bench.sources}/*/*.csv"]})
    partitions = outcome.facts["partitions"]
    assert isinstance(partitions, list)
    names = [partition["name"] for partition in partitions if isinstance(partition, dict)]
    assert names == ["2012-trips.csv", "2013-trips.csv"]


def test_parameters_of_the_wrong_type_are_named(bench: Workbench) -> None:
    failure = bench.failure("discover_sources", {"sources": 5})
    assert failure.code == "parameters_invalid"
    assert "sources" in failure.detail


def test_an_unknown_operator_is_handed_back(bench: Workbench) -> None:
    assert bench.failure("fly_to_the_moon", {}).code == "operator_unknown"


def test_a_table_name_cannot_lead_out_of_the_store(bench: Workbench) -> None:
    failure = bench.failure("propose_schema", {"table": "../../etc"})
    assert failure.code == "table_name_invalid"
