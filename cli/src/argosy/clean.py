"""`argosy clean`: one file, cleaned here and now, with every change on record."""

from pathlib import Path
from typing import Annotated

import typer

from argosy.clean_outputs import Output, Wanted, outputs_to
from argosy.failures import CommandError, ExitCode
from argosy.options import AsJson
from argosy.printing import print_text, remarks

OUT_SUFFIXES = (".parquet", ".csv")

REMOTE_SCHEMES = ("s3://", "http://", "https://")

Source = Annotated[
    str,
    typer.Argument(metavar="INPUT", help="The file to clean: a path, or s3://… or https://…."),
]
Sheet = Annotated[str, typer.Option(help="The sheet of a workbook; the first if left.")]
Out = Annotated[
    Path | None,
    typer.Option(help="Write the clean table here: .parquet with types, or .csv as texts."),
]
Changes = Annotated[Path | None, typer.Option(help="Write the record of changes here, as CSV.")]
Quarantine = Annotated[
    Path | None, typer.Option(help="Write the rows that cannot be used here, as CSV.")
]
Report = Annotated[Path | None, typer.Option(help="Write the report here, as JSON.")]
Page = Annotated[Path | None, typer.Option(help="Write the report here, as a page.")]
Key = Annotated[
    list[str] | None, typer.Option(help="A column of the table's key; once for each column of it.")
]
MemoryMib = Annotated[
    int, typer.Option(min=128, help="What the database may use before it spills to disk.")
]


def clean(  # noqa: PLR0913 -- a command's options are its parameters
    source: Source,
    *,
    out: Out = None,
    changes: Changes = None,
    quarantine: Quarantine = None,
    report: Report = None,
    html: Page = None,
    key: Key = None,
    sheet: Sheet = "",
    memory_mib: MemoryMib = 1024,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    as_json: AsJson = False,
) -> None:
    """Clean one file here and now, as an agent of a fleet would; no cluster is needed.

    The record of changes has a line for each cell that was found wrong: `row` (from 0, in the
    order of the source's records), `column`, `old`, `new`, `action` (`repaired` or `suspected`),
    `reason` and `confidence`.
    """
    # Only this command loads an agent.
    from argosy.clean_run import Cleaning, Manner, run_cleaning  # noqa: PLC0415

    given = zip(Output, (out, changes, quarantine, report, html), strict=True)
    wanted = {output: path for output, path in given if path is not None}
    _check_wanted(wanted)
    file = None if source.startswith(REMOTE_SCHEMES) else _checked(source)
    cleaning = Cleaning(source if file is None else file.resolve(), tuple(key or ()), sheet)
    how = Manner("" if out is None else out.suffix.lower(), memory_mib)
    with outputs_to(wanted, source=file) as asides:
        told = run_cleaning(cleaning, how, asides, None if quiet else remarks())
    if as_json:
        print_text(told.model_dump_json(indent=2))
    if not quiet:
        remarks().print("wrote " + ", ".join(map(str, wanted.values())), markup=False)


def _check_wanted(wanted: Wanted) -> None:
    if not wanted:
        raise _misused(
            "Nothing is to be written.",
            "Give at least one of " + ", ".join(f"--{output}" for output in Output) + ".",
        )
    out = wanted.get(Output.OUT)
    if out is not None and out.suffix.lower() not in OUT_SUFFIXES:
        raise _misused(
            f"--out {out} has no format that a table is written in.",
            f"Let its name end in {' or '.join(OUT_SUFFIXES)}.",
        )


def _checked(source: str) -> Path:
    """Return the source's path, once it is known to be a file that can be read."""
    path = Path(source)
    if "://" in source:
        raise _misused(
            f"{source} is neither a path nor one of {', '.join(REMOTE_SCHEMES)}.",
            "Name one file; `argosy goal submit clean_dataset` reads from databases, too.",
        )
    if path.is_dir():
        raise _misused(
            f"{path} is a folder.",
            "Name one file; `argosy goal submit clean_dataset` takes many.",
        )
    try:
        path.open("rb").close()
    except OSError as error:
        raise _misused(
            f"{path} cannot be read: {error.strerror}.", "Correct its path or its permissions."
        ) from error
    return path


def _misused(detail: str, remedy: str) -> CommandError:
    return CommandError(detail, remedy=remedy, exit_code=ExitCode.USAGE)
