"""`argosy domain`: planning domains, without any service."""

import gc
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from argosy.domain_check import check, text_of
from argosy.failures import CommandError, ExitCode
from argosy.printing import print_text, remarks
from planner.domain.hddl.printing import Plan, plan_text
from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.hddl.syntax import HddlError
from planner.domain.search.meter import ExhaustedError, Limits, Meter
from planner.domain.search.planning import solve as find_plan

commands = typer.Typer(no_args_is_help=True, help="Planning domains: check them, solve problems.")


@commands.callback()
def domains() -> None:
    """Planning domains: check them, solve problems in them."""


commands.command(
    epilog="Examples: argosy domain check domain/*.yaml --strict · argosy domain check domain.hddl"
    " p01.hddl — Exit codes: 0 sound · 1 warnings, with --strict · 2 errors."
)(check)


@commands.command(
    epilog="Example: argosy domain solve domain.hddl p01.hddl --seconds 5 > p01.plan —"
    " Exit codes: 0 solved · 2 bad input · 6 no plan within the limits · 7 no plan exists."
)
def solve(
    domain: Annotated[Path, typer.Argument(metavar="DOMAIN.hddl", help="The domain, in HDDL.")],
    problem: Annotated[Path, typer.Argument(metavar="PROBLEM.hddl", help="The problem, in HDDL.")],
    *,
    seconds: Annotated[float, typer.Option(min=0.01, help="CPU seconds to search for.")] = 5,
) -> None:
    """Print a plan in the competition's format (IPC 2020): actions, root, decompositions."""
    try:
        with _undisturbed(seconds):
            plan = _plan(domain, problem, seconds)
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
    if plan is None:
        raise CommandError(
            f"{problem}: no plan exists; every way to decompose its tasks was tried.",
            remedy="Check the initial facts and the methods' preconditions.",
            exit_code=ExitCode.UNSOLVABLE,
        )
    print_text(plan_text(plan).rstrip("\n"))
    remarks().print(escape(f"{len(plan.actions)} actions"))


def _plan(domain_file: Path, problem_file: Path, seconds: float) -> Plan | None:
    started = time.process_time()
    meter = Meter(Limits(seconds_max=seconds), lambda: time.process_time() - started)
    domain = read_domain(text_of(domain_file), str(domain_file))
    problem = read_problem(text_of(problem_file), str(problem_file), domain)
    return find_plan(domain, problem, meter)


@contextmanager
def _undisturbed(seconds: float) -> Iterator[None]:
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
        gc.freeze()
        gc.enable()
