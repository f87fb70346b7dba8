"""An S3 server on this machine, for as long as a test needs one."""

import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}


@contextmanager
def s3_bucket(name: str) -> Generator[str]:
    """Serve a bucket from another process, since Delta holds the GIL as it waits; yield its URI.

    What reads S3 in this process finds the server by the AWS_ variables.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    endpoint = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        next(line for line in server.stderr if "Running on" in line)
        httpx.put(f"{endpoint}/{name}").raise_for_status()
        with pytest.MonkeyPatch.context() as environment:
            for variable, setting in {**ENVIRONMENT, "AWS_ENDPOINT_URL": endpoint}.items():
                environment.setenv(variable, setting)
            yield f"s3://{name}"
        server.terminate()
