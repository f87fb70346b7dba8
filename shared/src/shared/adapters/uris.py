"""Adapters by URI: the one setting that chooses between embedded and cluster."""

from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from shared.adapters import kafka_ranges, sqlite_ranges
from shared.adapters.clock import SystemClock
from shared.adapters.kafka_bus import KafkaBus
from shared.adapters.sqlite_bus import SqliteBus
from shared.adapters.store import SqlStore
from shared.ports.bus import Bus
from shared.ports.store import Store
from shared.ports.topic_reader import TopicReader

_SQLITE_FORMS = "sqlite:///relative/file, sqlite:////absolute/file"
_BUS_FORMS = f"{_SQLITE_FORMS}, kafka://host:port[,host:port...][?replication_factor=3]"
_STORE_FORMS = f"{_SQLITE_FORMS}, postgresql://user:password@host:port/database"


def open_bus(uri: str) -> Bus:
    """Return the bus that the URI names, not started yet.

    Raises:
        ValueError: the URI has none of the accepted forms.
    """
    parts = urlsplit(uri)
    match parts.scheme:
        case "sqlite":
            return SqliteBus(_file_of(uri, _BUS_FORMS), clock=SystemClock())
        case "kafka":
            return KafkaBus(_servers_of(uri), replication_factor=_replication_factor_of(uri))
        case scheme:
            raise _refusal(uri, f"{scheme!r} is no bus", _BUS_FORMS)


def open_log(uri: str) -> AbstractContextManager[TopicReader]:
    """Return what reads the topics of the bus that the URI names, without a part in it.

    Raises:
        ValueError: the URI has none of the accepted forms.
        TopicUnreadableError: on entering, when there is no such bus or it does not answer.
    """
    parts = urlsplit(uri)
    match parts.scheme:
        case "sqlite":
            return sqlite_ranges.open_log(_file_of(uri, _BUS_FORMS))
        case "kafka":
            return kafka_ranges.open_topics(_servers_of(uri))
        case scheme:
            raise _refusal(uri, f"{scheme!r} is no bus", _BUS_FORMS)


def open_store(uri: str) -> Store:
    """Return the store that the URI names, not started yet.

    Raises:
        ValueError: the URI has none of the accepted forms.
    """
    match urlsplit(uri).scheme:
        case "sqlite":
            _file_of(uri, _STORE_FORMS)
        case "postgresql":
            pass
        case scheme:
            raise _refusal(uri, f"{scheme!r} is no store", _STORE_FORMS)
    return SqlStore(uri)


def _file_of(uri: str, forms: str) -> Path:
    parts = urlsplit(uri)
    if parts.netloc:
        raise _refusal(uri, f"a file has no host, and {parts.netloc!r} stands in its place", forms)
    if parts.path in {"", "/"}:
        raise _refusal(uri, "the file is missing", forms)
    return Path(parts.path.removeprefix("/"))


def _servers_of(uri: str) -> str:
    servers = urlsplit(uri).netloc
    for server in servers.split(","):
        host, _, port = server.rpartition(":")
        if not host or not port.isdecimal():
            raise _refusal(uri, f"{server!r} is no host:port", _BUS_FORMS)
    return servers


def _replication_factor_of(uri: str) -> int:
    options = dict(parse_qsl(urlsplit(uri).query, keep_blank_values=True))
    factor = options.pop("replication_factor", "1")
    if options:
        raise _refusal(uri, f"{', '.join(options)} is no option", _BUS_FORMS)
    if not factor.isdecimal() or factor == "0":
        raise _refusal(uri, f"replication_factor {factor!r} is no number of brokers", _BUS_FORMS)
    return int(factor)


def _refusal(uri: str, wrong: str, forms: str) -> ValueError:
    password = urlsplit(uri).password
    shown = uri.replace(password, "***") if password else uri
    return ValueError(f"{shown!r}: {wrong}; accepted are {forms}")
