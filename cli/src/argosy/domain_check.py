"""`argosy domain check`: what is wrong with a domain, file by file, for people and editors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from argosy.failures import CommandError, ExitCode
from argosy.printing import print_text, remarks
from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.hddl.syntax import HddlError
from planner.domain.linting.checking import remarks_on
from planner.domain.remarks import Remark, Severity, UnsoundDomainError
from planner.domain.yaml_format.reading import read_yaml

YAML_SUFFIXES = {".yaml", ".yml"}
HDDL_SUFFIX = ".hddl"


class CheckReport(BaseModel):
    """What a check found."""

    errors: int
    warnings: int
    remarks: tuple[Remark, ...]


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="The YAML files of one domain, or a domain in HDDL and problems in it.",
        ),
    ],
    *,
    strict: Annotated[bool, typer.Option(help="Let warnings, too, have an exit code.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what is wrong with a domain, each with file and line; nothing when it is sound."""
    found = _remarks(files)
    errors = sum(each.severity is Severity.ERROR for each in found)
    report = CheckReport(errors=errors, warnings=len(found) - errors, remarks=found)
    if json:
        print_text(report.model_dump_json(indent=2))
    elif found:
        print_text("\n".join(map(str, found)))
    remarks().print(f"{report.errors} errors, {report.warnings} warnings")
    if errors:
        raise typer.Exit(ExitCode.USAGE)
    if found and strict:
        raise typer.Exit(ExitCode.GOAL_FAILED)


def text_of(file: Path) -> str:
    """Return what the file holds.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"{file} cannot be read: {error}.",
            remedy="Give the path of a file in UTF-8.",
            exit_code=ExitCode.USAGE,
        ) from error


def _remarks(files: list[Path]) -> tuple[Remark, ...]:
    suffixes = {file.suffix.lower() for file in files}
    try:
        if suffixes <= YAML_SUFFIXES:
            return remarks_on(read_yaml({str(file): text_of(file) for file in files}))
        if suffixes == {HDDL_SUFFIX}:
            return tuple(dict.fromkeys(_hddl_remarks(*files)))
    except UnsoundDomainError as error:
        return error.remarks
    except HddlError as error:
        place = error.place
        return (Remark(place.source, place.line, "", error.detail, error.remedy),)
    raise CommandError(
        f"The files end in {' and '.join(sorted(suffixes))}: one domain is in one format.",
        remedy="Give files that end in .yaml, or a domain and problems that end in .hddl.",
        exit_code=ExitCode.USAGE,
    )


def _hddl_remarks(domain_file: Path, *problem_files: Path) -> Iterator[Remark]:
    domain = read_domain(text_of(domain_file), str(domain_file))
    problems = [read_problem(text_of(each), str(each), domain) for each in problem_files]
    for problem in problems or [None]:
        yield from remarks_on(domain, problem)
