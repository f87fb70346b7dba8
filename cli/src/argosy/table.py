"""`argosy table`: which tables there are, their versions, their rows, and what was set aside."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from argosy.options import AsJson
from argosy.printing import answers, grid, percent, print_text

if TYPE_CHECKING:
    from agent_worker.capabilities.table_reading import TableVersion

Name = Annotated[str, typer.Argument(metavar="TABLE", help="The table's name.")]
Version = Annotated[
    int | None, typer.Option(min=0, help="The version to look at; the newest if left.")
]
StoreToRead = Annotated[
    str,
    typer.Option(
        "--object-store",
        envvar="ARGOSY_OBJECT_STORE",
        help="A folder or s3://BUCKET/PREFIX; .argosy/objects, of `argosy up`, if left.",
        show_default=False,
    ),
]

ROWS_DEFAULT = 20
ROWS_MAX = 100_000
"""What is printed at once; more is for a tool that reads the table itself."""

CELL_MAX = 60
"""Characters of a cell that a person is shown; `--json` has all of them."""

commands = typer.Typer(no_args_is_help=True, help="Look at tables, their versions and their rows.")


@commands.command("list", epilog="Example: argosy table list --json | jq '.[].rows'")
def list_tables(*, object_store: StoreToRead = "", as_json: AsJson = False) -> None:
    """List the tables of an object store, with their newest versions."""
    from agent_worker.capabilities.table_reading import tables_in, view_table  # noqa: PLC0415
    from argosy.object_access import reading, store_uri  # noqa: PLC0415

    uri = store_uri(object_store)
    with reading(uri) as workshop:
        views = [view_table(workshop.store, name) for name in tables_in(uri)]
    if as_json:
        print_text(json.dumps([view.model_dump(mode="json") for view in views], indent=2))
        return
    table = grid("TABLE", "VERSION", "ROWS", "COLUMNS", "QUALITY", "COMMITTED")
    for view in views:
        latest = view.latest
        table.add_row(
            view.table,
            str(latest.version),
            f"{latest.rows:,}",
            str(len(view.columns)),
            percent(latest.quality_after),
            f"{latest.committed_at.astimezone():%Y-%m-%d %H:%M:%S}",
        )
    answers().print(table)


@commands.command(epilog="Example: argosy table show trips --version 3")
def show(
    name: Name, *, version: Version = None, object_store: StoreToRead = "", as_json: AsJson = False
) -> None:
    """Show a table: its columns, rows, size and quality, at any of its versions."""
    from agent_worker.capabilities.table_reading import view_table  # noqa: PLC0415
    from argosy.object_access import reading, store_uri  # noqa: PLC0415

    with reading(store_uri(object_store)) as workshop:
        view = view_table(workshop.store, name, version)
    if as_json:
        print_text(view.model_dump_json(indent=2))
        return
    answers().print(_versions_table([view.latest]))
    answers().print(f"\n{view.table_uri}", markup=False)
    table = grid("COLUMN", "TYPE", "MAY BE EMPTY")
    for column in view.columns:
        table.add_row(escape(column.name), column.data_type, "yes" if column.nullable else "no")
    answers().print(table)


@commands.command(epilog="Example: argosy table history trips --limit 5 --json")
def history(
    name: Name,
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many versions.")] = 20,
    object_store: StoreToRead = "",
    as_json: AsJson = False,
) -> None:
    """List a table's versions, the newest first: when, by which run, rows and quality."""
    from agent_worker.capabilities.table_reading import versions_of  # noqa: PLC0415
    from argosy.object_access import reading, store_uri  # noqa: PLC0415

    with reading(store_uri(object_store)) as workshop:
        versions = versions_of(workshop.store, name, limit)
    if as_json:
        print_text(json.dumps([each.model_dump(mode="json") for each in versions], indent=2))
    else:
        answers().print(_versions_table(versions))


@commands.command(
    epilog="Examples: argosy table rows trips --limit 5;"
    " argosy table rows trips --quarantine --json | jq '.[].reason'"
)
def rows(  # noqa: PLR0913 -- a command's options are its parameters
    name: Name,
    *,
    version: Version = None,
    limit: Annotated[int, typer.Option(min=1, max=ROWS_MAX, help="How many rows.")] = ROWS_DEFAULT,
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="The rows that this version's run set aside.")
    ] = False,
    object_store: StoreToRead = "",
    as_json: AsJson = False,
) -> None:
    """Print rows of a table, or those that could not be used, each with its reason."""
    from agent_worker.capabilities.table_reading import (  # noqa: PLC0415
        quarantined_rows_of,
        rows_of,
    )
    from argosy.object_access import reading, store_uri  # noqa: PLC0415

    read = quarantined_rows_of if quarantine else rows_of
    with reading(store_uri(object_store)) as workshop:
        found = read(workshop, name, version).limit(limit)
        columns, cells = found.columns, found.fetchall()
    if as_json:
        listed = [dict(zip(columns, row, strict=True)) for row in cells]
        print_text(json.dumps(listed, indent=2, default=str, ensure_ascii=False))
        return
    table = grid(*map(escape, columns))
    for row in cells:
        table.add_row(*(escape(_shown(cell)) for cell in row))
    answers().print(table)


@commands.command(
    epilog="Examples: argosy table contract trips > trips.yaml;"
    " argosy table contract trips --json | jq '.recipe.steps[].reason'"
)
def contract(
    name: Name, *, version: Version = None, object_store: StoreToRead = "", as_json: AsJson = False
) -> None:
    """Print the contract that a table keeps, as ODCS; `--json` has the recipe, too."""
    from agent_worker.capabilities.table_contracts import contract_of  # noqa: PLC0415
    from agent_worker.domain.odcs.writing import write_contract  # noqa: PLC0415
    from argosy.object_access import reading, store_uri  # noqa: PLC0415

    with reading(store_uri(object_store)) as workshop:
        found = contract_of(workshop.store, name, version)
    print_text(found.model_dump_json(indent=2) if as_json else write_contract(found))


def _shown(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= CELL_MAX else f"{text[: CELL_MAX - 1]}…"


def _versions_table(versions: "Iterable[TableVersion]") -> object:
    table = grid("VERSION", "COMMITTED", "ROWS", "FILES", "BYTES", "BEFORE", "AFTER", "RUN")
    for each in versions:
        table.add_row(
            str(each.version),
            f"{each.committed_at.astimezone():%Y-%m-%d %H:%M:%S}",
            f"{each.rows:,}",
            str(each.files),
            f"{each.bytes:,}",
            percent(each.quality_before),
            percent(each.quality_after),
            each.pipeline_id or each.operation,
        )
    return table
