"""Keys land where Kafka's own partitioner puts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.partitioning import murmur2, partition_of

# The vectors of Kafka's own test of Utils.murmur2 (UtilsTest.testMurmur2), as signed integers.
KNOWN = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize(("payload", "digest"), KNOWN.items())
def test_digests_are_those_of_kafka(payload: bytes, digest: int) -> None:
    assert murmur2(payload) == digest % 2**32


@given(key=st.text(), partitions=st.integers(1, 100))
def test_every_key_has_one_partition_in_range(key: str, partitions: int) -> None:
    partition = partition_of(key, partitions)
    assert 0 <= partition < partitions
    assert partition == partition_of(key, partitions)


def test_many_keys_leave_no_partition_empty() -> None:
    assert {partition_of(f"pipeline-{number}", 12) for number in range(500)} == set(range(12))
