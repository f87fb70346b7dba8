"""Files over HTTP(S), from listed hosts only, and from private addresses only if these are listed.

The address is looked up once, checked, and then connected to, so that a name cannot lead first to
a public address and then to another.
"""

import ipaddress
import socket
import ssl
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

from agent_worker.capabilities.places.allowed import Allowed
from agent_worker.domain.failures import ActionFailedError

SCHEMES = ("http://", "https://")

FILE_BYTES_MAX = 20 * 1024**3
"""What one file may have: more than the largest source that a goal is made for."""

SECONDS_MAX = 3_600
"""How long one download may take: 20 GB at 6 MB a second."""

ANSWER_SECONDS_MAX = 30
"""How long a server may be silent."""

REDIRECTS_MAX = 5
"""As many as servers need to add a slash, a name in lower case, and TLS."""

CHUNK_BYTES = 1024 * 1024
"""Bytes copied at a time."""


def download(source: str, target: Path, allowed: Allowed) -> None:
    """Copy a file.

    Raises:
        ActionFailedError: the host is not listed, or the file is not there, too long or too slow.
    """
    uri = source
    for _ in range(REDIRECTS_MAX + 1):
        parts = urlsplit(uri)
        _check_listed(parts, source, allowed)
        connection = _connection(parts, source, allowed)
        try:
            connection.request("GET", _path_of(parts), headers={"User-Agent": "argosy"})
            response = connection.getresponse()
            location = response.headers.get("Location", "")
            if 300 <= response.status < 400 and location:  # noqa: PLR2004 - redirections
                uri = urljoin(uri, location)
                continue
            _copy(response, target, source)
        except (OSError, HTTPException) as error:
            raise _unreachable(source, f"{type(error).__name__}: {error}", passes=True) from error
        else:
            return
        finally:
            connection.close()
    raise _unreachable(source, f"more than {REDIRECTS_MAX} redirections", passes=False)


class _PinnedConnection(HTTPConnection):
    """A connection to one address, whatever the name would lead to by now."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=ANSWER_SECONDS_MAX)
        self.address = address

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = socket.create_connection((self.address, self.port), ANSWER_SECONDS_MAX)


class _PinnedSecureConnection(HTTPSConnection):
    """The same over TLS; the certificate has to be the name's."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self.trust = ssl.create_default_context()
        super().__init__(host, port, timeout=ANSWER_SECONDS_MAX, context=self.trust)
        self.address = address

    def connect(self) -> None:
        """Connect to the address, and ask for the name's certificate."""
        plain = socket.create_connection((self.address, self.port), ANSWER_SECONDS_MAX)
        self.sock = self.trust.wrap_socket(plain, server_hostname=self.host)


def _connection(parts: SplitResult, source: str, allowed: Allowed) -> HTTPConnection:
    host, port = parts.hostname or "", _port_of(parts)
    address = _address_of(host, port, source, allowed)
    kind = _PinnedSecureConnection if parts.scheme == "https" else _PinnedConnection
    return kind(host, port, address)


def _address_of(host: str, port: int, source: str, allowed: Allowed) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _unreachable(source, f"{host} is not known: {error}", passes=True) from error
    for *_, place in found:
        address = str(place[0])
        listed = {address, f"{address}:{port}"} & {*allowed.hosts}
        if ipaddress.ip_address(address).is_global or listed:
            return address
    raise ActionFailedError(
        "source_not_allowed",
        f"{source}: {host} leads to {found[0][-1][0]}, an address that is not public",
        remedy="If it is meant, list the address itself in ARGOSY_SOURCE_HOSTS beside the name.",
    )


def _check_listed(parts: SplitResult, source: str, allowed: Allowed) -> None:
    known = {parts.netloc, f"{parts.hostname}:{_port_of(parts)}"} & {*allowed.hosts}
    if parts.scheme not in {"http", "https"} or not known or "@" in parts.netloc:
        raise ActionFailedError(
            "source_not_allowed",
            f"{source}: {parts.scheme}://{parts.hostname} is no host that agents may read from",
            remedy="Add HOST or HOST:PORT to ARGOSY_SOURCE_HOSTS, and restart; leave user and "
            "password out of the address.",
        )


def _copy(response: HTTPResponse, target: Path, source: str) -> None:
    if response.status != 200:  # noqa: PLR2004 - anything else is not the file
        passes = response.status >= 500 or response.status == 429  # noqa: PLR2004 - busy or broken
        raise _unreachable(source, f"HTTP {response.status} {response.reason}", passes=passes)
    expected = response.headers.get("Content-Length")
    end, size = monotonic() + SECONDS_MAX, 0
    with target.open("wb") as copy:
        for chunk in iter(partial(response.read, CHUNK_BYTES), b""):
            size += len(chunk)
            if size > FILE_BYTES_MAX or monotonic() > end:
                raise _unreachable(
                    source, f"more than {FILE_BYTES_MAX} bytes or {SECONDS_MAX} s", passes=False
                )
            copy.write(chunk)
    if expected is not None and expected.isdigit() and int(expected) != size:
        raise _unreachable(source, f"{size} of {expected} bytes arrived", passes=True)


def _port_of(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _path_of(parts: SplitResult) -> str:
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def _unreachable(source: str, why: str, *, passes: bool) -> ActionFailedError:
    return ActionFailedError(
        "source_unreachable",
        f"{source} cannot be read: {why}",
        remedy="See that the address is right and that the agents can reach it.",
        retryable=passes,
    )
