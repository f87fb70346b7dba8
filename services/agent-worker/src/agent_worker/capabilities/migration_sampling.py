"""An elector's look at a migration: rows of its own choice, drawn from the table's files."""

from collections.abc import Sequence

from agent_worker.capabilities.migrating import losses, lost_examples
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.migration_voting import SampledFile
from agent_worker.domain.schema_contract import Migration
from agent_worker.domain.voting import SAMPLE_ROWS, SAMPLED_PARTITIONS, draw


def sample_files(
    workshop: Workshop, uris: Sequence[str], migration: Migration, seed: str
) -> list[SampledFile]:
    """Draw rows from each file and try the migration on them; the same seed draws the same.

    Raises:
        ActionFailedError: a file is gone, or lies outside the object store.
    """
    return [_look_at(workshop, uri, migration, seed) for uri in uris]


def _look_at(workshop: Workshop, uri: str, migration: Migration, seed: str) -> SampledFile:
    path = str(workshop.store.fetch(uri))
    connection = workshop.connection
    ((size,),) = connection.read_parquet(path).aggregate("count(*)").fetchall()
    per_file = -(-SAMPLE_ROWS // SAMPLED_PARTITIONS)
    drawn = range(size) if size <= per_file else draw(f"{seed}:{uri}", per_file, size)
    places = ", ".join(str(place) for place in sorted({*drawn})) or "-1"
    rows = connection.read_parquet(path, file_row_number=True).filter(
        f"file_row_number in ({places})"
    )
    found = losses(rows, migration)
    return SampledFile(
        file=uri.rpartition("/tables/")[2],
        rows=found.rows,
        rows_lost=found.rows_lost,
        missing=sum(found.missing.values()),
        examples=lost_examples(rows, migration),
    )
