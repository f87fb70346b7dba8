"""`argosy domain solve`: a plan for one problem; seconds count, so it starts with little.

It imports neither what other commands need nor what only people at a terminal see.
"""

import gc
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from argosy.failures import CommandError, ExitCode
from planner.domain.hddl.printing import Plan, plan_text
from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.hddl.syntax import HddlError
from planner.domain.search.meter import ExhaustedError, Limits, Meter
from planner.domain.search.planning import solve as find_plan

EPILOG = (
    "Example: argosy domain solve domain.hddl p01.hddl --seconds 5 > p01.plan —"
    " Exit codes: 0 solved · 2 bad input · 6 no plan within the limits · 7 no plan exists."
)

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command(epilog=EPILOG)
def solve(
    domain: Annotated[Path, typer.Argument(metavar="DOMAIN.hddl", help="The domain, in HDDL.")],
    problem: Annotated[Path, typer.Argument(metavar="PROBLEM.hddl", help="The problem, in HDDL.")],
    *,
    seconds: Annotated[float, typer.Option(min=0.01, help="CPU seconds to search for.")] = 5,
) -> None:
    """Print a plan in the competition's format (IPC 2020): actions, root, decompositions."""
    try:
        with _undisturbed(seconds):
            _print(_plan(domain, problem, seconds), problem)
    except HddlError as error:
        raise CommandError(str(error), remedy=error.remedy, exit_code=ExitCode.USAGE) from error
    except ExhaustedError as error:
        raise CommandError(str(error), remedy=error.remedy, exit_code=ExitCode.TIMED_OUT) from error
    except MemoryError as error:
        raise CommandError(
            "no plan within the memory there is.",
            remedy="Give the command more memory, or fewer seconds.",
            exit_code=ExitCode.TIMED_OUT,
        ) from error


def _print(plan: Plan | None, problem: Path) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)  # what was found is printed, however late it is
    if plan is None:
        raise CommandError(
            f"{problem}: no plan exists; every way to decompose its tasks was tried.",
            remedy="Check the initial facts and the methods' preconditions.",
            exit_code=ExitCode.UNSOLVABLE,
        )
    typer.echo(plan_text(plan), nl=False)
    typer.echo(f"{len(plan.actions)} actions", err=True)


def _plan(domain_file: Path, problem_file: Path, seconds: float) -> Plan | None:
    started = time.process_time()
    meter = Meter(Limits(seconds_max=seconds), lambda: time.process_time() - started)
    domain = read_domain(_text(domain_file), str(domain_file))
    problem = read_problem(_text(problem_file), str(problem_file), domain)
    return find_plan(domain, problem, meter)


@contextmanager
def _undisturbed(seconds: float) -> Generator[None]:
    """Look for no cycles meanwhile, and stop what does not look at the clock itself.

    A search makes no cycles worth looking for, and looking for them takes half of its time. It
    looks at the clock between nodes only, and one node may try many objects.
    """

    def stop(*_: object) -> None:
        raise ExhaustedError(
            f"no plan within {seconds:g} seconds",
            "allow more seconds, or order the methods so that the likeliest comes first",
        )

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    gc.disable()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        gc.enable()


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"{file} cannot be read: {error}.",
            remedy="Give the path of an HDDL file in UTF-8.",
            exit_code=ExitCode.USAGE,
        ) from error
