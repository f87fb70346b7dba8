"""What an agent reads from the environment, each as `ARGOSY_` and its name in capitals."""

import os
import socket
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from agent_worker.capabilities.engines.addresses import BYTES_MIN, DUCKDB, checked_address
from agent_worker.domain.roles import capabilities_of
from agent_worker.domain.voting.contradictions import Redaction
from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, and what an agent alone needs.

    An agent has no database: `store` means nothing to it, its records lie in its work folder.
    """

    http_port: int = Field(default=8083, ge=0, le=65535)
    """0 takes any free port."""
    agent_id: str = Field(default_factory=socket.gethostname, min_length=1, max_length=200)
    """The agent's name in the fleet, the same after each restart; the host's name by default."""
    work_folder: str = ".argosy/agent"
    """The folder of this agent alone: its records, its outbox and its private key. Keep it."""
    child_memory_mib: int = Field(default=320, ge=128)
    """What the database of a child process may hold before it spills to disk, in MiB; each
    stream has one, and the process needs more beside it."""
    partition_mib: int = Field(default=24, ge=0)
    """The size above which a text file is divided into partitions, in MiB, so that what a child
    process holds does not grow with the file; 0 leaves all files whole."""
    table_engine: str = DUCKDB
    """What works on whole tables: `duckdb` in a child process, or Spark, by the address of its
    master (`spark://HOST:7077`)."""
    table_engine_bytes_min: int = Field(default=BYTES_MIN, ge=0)
    """Bytes of files from which that engine is used; less is DuckDB's."""
    capabilities: str = "all"
    """What the agent can do: roles (`reader`, `cleaner`, `shaper`, `publisher`, `elector`, `all`)
    and operators, separated by commas."""
    evidence: Redaction = Redaction.SHOWN
    """How the evidence of the agent's votes has values, which everybody reads: `shown` as they
    are, `masked` with letters and digits replaced, `hashed` as the beginning of their SHA-256."""
    reasoner: Literal["rules", "model"] = "rules"
    """Who chooses where there is a choice: the rules, or the language model named below."""
    model_name: str = Field(default="", max_length=200)
    """The model, as its endpoint calls it."""
    model_url: str = ""
    """An OpenAI-compatible endpoint, such as `http://127.0.0.1:11434/v1`."""
    model_api_key: SecretStr = SecretStr("")
    """What the endpoint asks for; better in a file."""
    model_api_key_file: str = ""
    """A file that holds the key alone."""
    model_timeout: float = Field(default=20, ge=1, le=300)
    """Seconds that one answer may take; then the rules decide."""
    model_tokens_out_max: int = Field(default=600, ge=64, le=8192)
    """Tokens of one answer."""
    model_tokens_per_attempt_max: int = Field(default=20_000, ge=0)
    """Tokens, read and written, of one attempt at a task; then the rules decide."""
    model_price_in: float = Field(default=0, ge=0)
    """What a million tokens read cost, in any currency."""
    model_price_out: float = Field(default=0, ge=0)
    """What a million tokens written cost, in the same currency."""

    @field_validator("capabilities")
    @classmethod
    def _capabilities_are_known(cls, names: str) -> str:
        capabilities_of(names)
        return names

    @field_validator("table_engine")
    @classmethod
    def _table_engine_is_one(cls, address: str) -> str:
        return checked_address(address)

    @field_validator("model_url")
    @classmethod
    def _model_url_is_one(cls, url: str) -> str:
        place = urlsplit(url)
        if url and (place.scheme not in {"http", "https"} or not place.hostname):
            raise ValueError("it is no address; write http:// or https:// and a host")
        return url.rstrip("/")

    def model_key(self) -> str:
        """Return the key for the model's endpoint; empty when none is set.

        Raises:
            ValueError: it is set twice.
            OSError: its file cannot be read.
        """
        key = self.model_api_key.get_secret_value()
        if not self.model_api_key_file:
            return key
        if key:
            raise ValueError(
                "ARGOSY_MODEL_API_KEY and ARGOSY_MODEL_API_KEY_FILE are both set; leave one out"
            )
        return Path(self.model_api_key_file).read_text(encoding="utf-8").strip()

    @property
    def streams(self) -> int:
        """How many attempts run side by side: a processor for each, and no more than allowed."""
        return min(self.max_parallel_streams, os.cpu_count() or 1)

    @property
    def object_store_uri(self) -> str:
        """The object store as a URI; a path is a folder, seen from where the process started."""
        is_uri = "://" in self.object_store
        return self.object_store if is_uri else Path(self.object_store).resolve().as_uri()
