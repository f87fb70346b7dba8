"""The embedded cluster: where it serves, and what it says to settings that cannot be."""

import socket
from pathlib import Path

import pytest

from argosy.cluster import HOST, Cluster, free_port
from argosy.embedded import serve_cluster
from argosy.failures import CommandError, ExitCode


def test_a_free_port_is_kept() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    assert free_port(port) == port


def test_a_taken_port_is_passed_over() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        assert free_port(port) != port


async def refusal_of(cluster: Cluster) -> CommandError:
    with pytest.raises(CommandError) as refused:
        await serve_cluster(cluster, 0)
    return refused.value


async def test_a_bus_of_no_known_kind_is_refused_by_name(tmp_path: Path) -> None:
    refusal = await refusal_of(Cluster(tmp_path, source_roots=".", bus="pigeon://loft"))
    assert refusal.exit_code is ExitCode.USAGE
    assert "'pigeon' is no bus" in refusal.detail


async def test_a_setting_that_cannot_be_is_refused_by_its_variable(tmp_path: Path) -> None:
    refusal = await refusal_of(Cluster(tmp_path, source_roots="a,,b"))
    assert refusal.exit_code is ExitCode.USAGE
    assert "ARGOSY_SOURCE_ROOTS" in refusal.detail
