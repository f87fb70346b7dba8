"""The settings that every service has: names, units, defaults, in one place.

Each is read from the environment as `ARGOSY_` and the field's name in capitals, else from the file
of that name in lower case under `/run/secrets`, where containers find what nobody may see. A wrong
value is refused at the start, by name.
"""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.contracts.feeds import SCHEME, is_broker, topic_place
from shared.contracts.topics import MAX_DATA_AGENTS

OWN_TOPICS = "argosy."
"""What the names of our own topics begin with; no goal writes there."""

OBJECT_STORE_SCHEMES = ("file", "s3")

SECRETS_FOLDER = Path("/run/secrets")


class ServiceSettings(BaseSettings):
    """What any service needs to know about the place it runs in."""

    model_config = SettingsConfigDict(
        env_prefix="ARGOSY_",
        frozen=True,
        extra="forbid",
        secrets_dir=SECRETS_FOLDER if SECRETS_FOLDER.is_dir() else None,
    )

    bus: str = "sqlite:///.argosy/bus.db"
    """Where messages go: `sqlite:///PATH` or `kafka://HOST:PORT[,HOST:PORT]`."""
    store: str = "sqlite:///.argosy/store.db"
    """Where records are kept: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`."""
    object_store: str = ".argosy/objects"
    """Where data is kept: a folder, as a path or `file:///PATH`, or `s3://BUCKET/PREFIX`."""
    source_roots: str = "."
    """Folders that goals may read sources from, separated by commas."""
    stream_brokers: str = ""
    """Kafka brokers whose topics goals may read, as `HOST:PORT`, separated by commas."""
    topic_sinks: str = ""
    """Topics that goals may write to, as `HOST:PORT/TOPIC`, separated by commas."""
    source_hosts: str = ""
    """HTTP(S) servers that goals may read files from, as `HOST` or `HOST:PORT`, by commas."""
    source_buckets: str = ""
    """S3 places that goals may read files from, as `BUCKET` or `BUCKET/PREFIX`, by commas."""
    source_databases: str = ""
    """Databases that goals may read, by name and commas; agents have ARGOSY_DATABASE_NAME."""
    http_host: str = "127.0.0.1"
    """The address that the HTTP API listens on."""
    http_port: int = Field(default=8080, ge=0, le=65535)
    """0 takes any free port."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe lines that are written."""
    log_format: Literal["text", "json"] = "text"
    """Lines for people, or one JSON object a line."""
    max_data_agents: int = Field(default=MAX_DATA_AGENTS, ge=1, le=MAX_DATA_AGENTS)
    """Agents admitted at once; more wait."""
    consensus_timeout: float = Field(default=30, ge=1, le=3600)
    """Seconds until a proposal that is not decided times out."""
    data_health_check_interval: float = Field(default=10, ge=0.1, le=300)
    """Seconds between an agent's heartbeats; three missed ones make it lost."""
    enable_data_monitoring: bool = True
    """Whether `/metrics` is served."""
    data_processing_batch_size: int = Field(default=10_000, ge=1)
    """Rows in a sample on which a transformation is tried first."""
    max_parallel_streams: int = Field(default=8, ge=1, le=64)
    """Attempts that one agent carries out side by side."""

    @field_validator("object_store")
    @classmethod
    def _object_store_is_known(cls, place: str) -> str:
        scheme, separator, _ = place.partition("://")
        if separator and scheme not in OBJECT_STORE_SCHEMES:
            raise ValueError(f"{scheme} is no object store; write a folder, file:// or s3://")
        return place

    @field_validator("source_roots")
    @classmethod
    def _roots_are_named(cls, roots: str) -> str:
        if not all(root.strip() for root in roots.split(",")):
            raise ValueError("an entry is empty; write folders separated by single commas")
        return roots

    @field_validator("source_databases")
    @classmethod
    def _databases_have_names(cls, names: str) -> str:
        wrong = [name for name in _listed(names) if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no name; write small letters, digits and _")
        return names

    @field_validator("stream_brokers")
    @classmethod
    def _brokers_have_ports(cls, brokers: str) -> str:
        wrong = [broker for broker in _listed(brokers) if not is_broker(broker)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no broker; write HOST:PORT, separated by commas")
        return brokers

    @field_validator("topic_sinks")
    @classmethod
    def _sinks_are_topics(cls, sinks: str) -> str:
        for sink in _listed(sinks):
            place = topic_place(f"{SCHEME}{sink}")
            if place is None:
                raise ValueError(f"{sink!r} is no topic; write HOST:PORT/TOPIC, by commas")
            if place.topic.startswith(OWN_TOPICS):
                raise ValueError(f"{place.topic} is a topic of our own; write to another one")
        return sinks

    def writable_topics(self) -> tuple[str, ...]:
        """Return the topics that goals may write to, each as host:port/topic."""
        return _listed(self.topic_sinks)

    def readable_brokers(self) -> tuple[str, ...]:
        """Return the brokers whose topics goals may read, each as host:port."""
        return _listed(self.stream_brokers)

    def readable_hosts(self) -> tuple[str, ...]:
        """Return the HTTP(S) servers that goals may read from."""
        return _listed(self.source_hosts)

    def readable_buckets(self) -> tuple[str, ...]:
        """Return the places of S3 that goals may read from."""
        return _listed(self.source_buckets)

    def readable_databases(self) -> tuple[str, ...]:
        """Return the names of the databases that goals may read from."""
        return _listed(self.source_databases)

    def source_folders(self) -> tuple[str, ...]:
        """Return the folders that sources may lie in, absolute and without symbolic links."""
        return tuple(str(_folder_of(root.strip())) for root in self.source_roots.split(","))


def _listed(entries: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in entries.split(",")) if entries.strip() else ()


def _folder_of(root: str) -> Path:
    path = unquote(urlsplit(root).path) if root.startswith("file://") else root
    return Path(path).resolve()
