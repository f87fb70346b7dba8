"""A data set: cleaned files and a manifest that is written last, so that it is whole or not there.

Its version is the hash of everything in it. The same input makes the same version in the same
folder, so that writing it again changes nothing.
"""

from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from agent_worker.domain.data_types import DataType
from shared.contracts.vocabulary import Contract, QualityScore
from shared.kernel.signing import canonical_bytes

MANIFEST = "manifest.json"
"""The file that makes a folder a data set."""


class FileFormat(StrEnum):
    """How the files of a data set are written."""

    CSV = "csv"
    PARQUET = "parquet"


class DatasetFile(Contract):
    """One file of a data set."""

    path: str
    """Relative to the manifest."""
    source: str
    """The name of the partition that it came from."""
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str


class DatasetColumn(Contract):
    """A column that every file of clean rows has."""

    name: str
    data_type: DataType
    nullable: bool = True


class Manifest(Contract):
    """Everything that a data set consists of."""

    dataset: str
    version: str
    """Of what it holds: names its folder."""
    format: FileFormat
    columns: tuple[DatasetColumn, ...]
    key: tuple[str, ...] = ()
    rows: int = Field(ge=0)
    files: tuple[DatasetFile, ...]
    quarantine: tuple[DatasetFile, ...]
    """Rows that could not be used, with line, reason and text; none for partitions without."""
    quality_before: QualityScore
    quality_after: QualityScore
    content_hash: str
    """SHA-256 of the clean rows' digests, in order, whatever format they are written in."""


def version_of(manifest: Manifest) -> str:
    """Return the version of a data set with this content, however it is called."""
    content = manifest.model_dump(mode="json", exclude={"dataset", "version"})
    return sha256(canonical_bytes(content)).hexdigest()[:16]
