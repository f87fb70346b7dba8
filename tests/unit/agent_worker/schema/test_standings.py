"""How files stand against what a table knows of its sources."""

import string

from hypothesis import given
from hypothesis import strategies as st

from agent_worker.domain.backfilling import stand
from agent_worker.domain.profile import Partition

WORD = st.text(string.ascii_lowercase, min_size=1, max_size=2)
PARTITIONS = st.dictionaries(WORD, WORD, max_size=8).map(
    lambda files: tuple(
        Partition(name=name, uri=f"file:///{name}", bytes=1, fingerprint=content)
        for name, content in sorted(files.items())
    )
)


@given(PARTITIONS, PARTITIONS)
def test_what_is_missing_and_what_is_held_is_everything(
    table: tuple[Partition, ...], sources: tuple[Partition, ...]
) -> None:
    uris, hashes = {each.uri for each in table}, {each.fingerprint for each in table}
    standing = stand(sources, uris, hashes)
    named = [each.uri for each in (*standing.missing, *standing.held, *standing.left_out)]
    assert sorted(named) == [each.uri for each in sources]
    changed = {each.uri for each in standing.left_out if each.reason == "changed"}
    content = hashes | {each.fingerprint for each in standing.missing}
    assert {each.fingerprint for each in sources if each.uri not in changed} <= content
    assert not {each.fingerprint for each in standing.missing} & hashes


@given(PARTITIONS, PARTITIONS)
def test_once_what_is_missing_was_added_nothing_is(
    table: tuple[Partition, ...], sources: tuple[Partition, ...]
) -> None:
    uris, hashes = {each.uri for each in table}, {each.fingerprint for each in table}
    added = stand(sources, uris, hashes).missing
    again = stand(
        sources,
        uris | {each.uri for each in added},
        hashes | {each.fingerprint for each in added},
    )
    assert again.missing == ()


def test_more_missing_files_than_one_goal_takes_are_left_for_the_next() -> None:
    partitions = tuple(
        Partition(name=f"f{number}", uri=f"file:///{number}", bytes=1, fingerprint=str(number))
        for number in range(7)
    )
    standing = stand(partitions, (), ()).at_most(5)
    assert [each.name for each in standing.missing] == ["f0", "f1", "f2", "f3", "f4"]
    assert standing.remaining == 2
