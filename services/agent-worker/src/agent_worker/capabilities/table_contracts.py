"""A table's contract, kept with the table, so that whoever adds to it can clean by the same rules.

The contract is a file in the table's folder, named after its own hash and written before the
commit. The commit makes it the table's by naming it in the table's metadata: atomic, found at
every version, restored with it, and not lost when the log is cleaned up.
"""

from hashlib import sha256

from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError

from agent_worker.capabilities.object_store import ObjectStore
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.schema_contract import TableContract

CONTRACT_KEY = "argosy.contract"
"""Under which the schema's last column names the contract. A commit that changes the schema cannot
change the table's description, where the contract is named from the beginning."""


def keep_contract(store: ObjectStore, contract: TableContract, table: str) -> str:
    """Store the contract in the table's folder; return where, for `Publication.contract`."""
    document = contract.model_dump_json()
    path = f"_argosy/contract-{sha256(document.encode()).hexdigest()}.json"
    name = f"tables/{table}/{path}"
    staged = store.stage(name)
    staged.write_text(document, encoding="utf-8")
    store.put(name, staged)
    return path


def contract_of(store: ObjectStore, table: str, version: int | None = None) -> TableContract:
    """Return the contract that the table has at a version, the newest if none is given.

    Raises:
        ActionFailedError: there is no such table or version, or nobody kept a contract with it.
    """
    found = open_table(store, table, version)
    path = kept_in(found.schema()) or found.metadata().description or ""
    if not path.startswith("_argosy/contract-"):
        raise ActionFailedError(
            "contract_missing",
            f"table {table} has no contract at version {found.version()}",
            remedy="Ingest the table with Argosy; others do not keep the contract with it.",
        )
    document = store.fetch(f"{store.uri_of(f'tables/{table}')}/{path}")
    return TableContract.model_validate_json(document.read_bytes())


def kept_in(schema: Schema) -> str:
    """Return where a table's contract is that changed its schema; empty where it never did."""
    return str(schema.fields[-1].metadata.get(CONTRACT_KEY, ""))


def open_table(store: ObjectStore, table: str, version: int | None = None) -> DeltaTable:
    """Return a table of the object store, pinned to a version, the newest if none is given.

    Raises:
        ActionFailedError: there is no such table or version.
    """
    table_uri = store.uri_of(f"tables/{table}")
    try:
        return DeltaTable(table_uri, version)
    except TableNotFoundError as error:
        raise ActionFailedError(
            "table_unknown",
            f"there is no table {table} in the object store",
            remedy="Correct the table's name, or ingest it first.",
        ) from error
    except DeltaError as error:
        raise ActionFailedError(
            "table_version_unknown",
            f"table {table} cannot be read at version {version}: {error}",
            remedy="Submit the goal again, with the table as it is; see that its log is whole.",
        ) from error
