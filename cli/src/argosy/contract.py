"""`argosy contract`: data contracts as files, without any service."""

from pathlib import Path
from typing import Annotated

import typer

from agent_worker.domain.odcs.reading import read_contract
from agent_worker.domain.odcs.remarks import UnsoundContractError
from agent_worker.domain.odcs.writing import write_contract
from agent_worker.domain.schema_contract import TableContract
from argosy.domain_check import text_of
from argosy.failures import CommandError, ExitCode
from argosy.printing import print_text, remarks

commands = typer.Typer(no_args_is_help=True, help="Data contracts: check them, write them.")


@commands.callback()
def contracts() -> None:
    """Data contracts: check them, write them."""


@commands.command(
    epilog="Example: argosy contract check orders.yaml — Exit codes: 0 sound · 2 errors."
)
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Contracts in ODCS.")],
    *,
    table: Annotated[str, typer.Option(help="Which of several tables is meant.")] = "",
) -> None:
    """Print what is wrong with contracts, each with file and line, and what nobody checks."""
    errors = 0
    for file in files:
        try:
            declared = read_contract(text_of(file), str(file), table)
        except UnsoundContractError as error:
            print_text(str(error))
            errors += len(error.remarks)
            continue
        for note in declared.notes:
            remarks().print(f"{file}: {note}", markup=False)
        remarks().print(
            f"{declared.name}: {len(declared.columns)} columns, {len(declared.rules)} rules",
            markup=False,
        )
    if errors:
        raise typer.Exit(ExitCode.USAGE)


@commands.command(
    epilog="Example: argosy contract export schema_contract.json > orders.yaml — the file is the "
    "artifact schema_contract of a pipeline. Exit codes: 0 written · 2 no contract."
)
def export(
    file: Annotated[Path, typer.Argument(help="A contract that agents agreed on, as JSON.")],
) -> None:
    """Print a contract that agents agreed on as ODCS, with the rules that they propose."""
    try:
        contract = TableContract.model_validate_json(text_of(file))
    except ValueError as error:
        raise CommandError(
            f"{file} is no contract of a table.",
            remedy="Give the artifact schema_contract of a pipeline, as JSON.",
            exit_code=ExitCode.USAGE,
        ) from error
    print_text(write_contract(contract))
