"""The contract that a goal names: below the source roots, or written out in the goal itself."""

import json

from pydantic import JsonValue

from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.declared import DeclaredTable
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.odcs.reading import read_contract
from agent_worker.domain.odcs.remarks import UnsoundContractError
from agent_worker.domain.odcs.tree import BYTES_MAX

Declaration = str | dict[str, JsonValue] | None
"""A contract file's URI, or a contract; empty where nothing is declared."""


def declared_table(workshop: Workshop, given: Declaration, table: str) -> DeclaredTable | None:
    """Return what a goal declares of its table, None if nothing.

    Raises:
        ActionFailedError: the file is missing, or the contract cannot be kept.
    """
    if not given:
        return None
    source = given if isinstance(given, str) else "parameters.contract"
    text = _text_at(workshop, given) if isinstance(given, str) else json.dumps(given)
    try:
        return read_contract(text, source, table)
    except UnsoundContractError as error:
        raise ActionFailedError(
            "contract_unsound",
            str(error),
            remedy="Correct the contract: every line above says what to do.",
        ) from error


def _text_at(workshop: Workshop, uri: str) -> str:
    path = workshop.sources.resolve(uri)
    with path.open("rb") as source:
        content = source.read(BYTES_MAX + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ActionFailedError(
            "contract_unsound",
            f"{uri} is no text in UTF-8",
            remedy="Save the contract in UTF-8.",
        ) from error
