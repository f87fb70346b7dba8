"""How many problems of the exchange format the searching planner solves, five CPU seconds each.

`python -m benchmarks.hddl FOLDER [SECONDS]`: every `domain.hddl` under the folder, such as a copy
of the competition's (IPC 2020, HTN tracks), with the problems beside it, each in a child process,
two at a time. A plan counts when a judge who shares no code with the planner accepts it. The
seconds are those of the whole child: starting, reading, compiling, searching, printing.
"""

import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from argosy.domain_solve import solve
from argosy.failures import CommandError
from tests.support.plan_judge.judge import InvalidPlanError, judge

SECONDS = 5.0
AT_ONCE = 2
GRACE_SECONDS = 1.0
"""What a child has beyond its search: the search stops itself, this stops a child that does not."""

SLOWEST_SHOWN = 5


@dataclass(frozen=True)
class Run:
    """One problem: how it ended, and what it took."""

    problem: Path
    outcome: str
    seconds: float


def run(problem: Path, seconds: float) -> Run:
    """Return how a child process fares with the problem."""
    domain = problem.parent / "domain.hddl"
    arguments = ["--child", str(domain), str(problem), str(seconds)]
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.hddl", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    taken = float((finished.stderr.split() or ["0"])[-1]) if finished.returncode >= 0 else seconds
    if finished.returncode:
        reason = finished.stderr.strip().splitlines() or [f"killed, {finished.returncode}"]
        return Run(problem, reason[0], taken)
    try:
        judge(domain.read_text(), problem.read_text(), finished.stdout)
    except InvalidPlanError as error:
        return Run(problem, f"INVALID: {error}", taken)
    return Run(problem, "solved", taken)


def child(domain: Path, problem: Path, seconds: float) -> int:
    """Print the plan, and on standard error why there is none and the CPU seconds."""
    most = int(seconds + GRACE_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    try:
        solve(domain, problem, seconds=seconds)
    except CommandError as error:
        print(error.detail, file=sys.stderr)
        return int(error.exit_code)
    finally:
        print(f"{time.process_time():.2f}", file=sys.stderr)
    return 0


def report(folder: Path, runs: list[Run]) -> None:
    """Print what was solved, what was not and why, and the slowest."""
    solved = [each for each in runs if each.outcome == "solved"]
    print(f"{len(solved):4} of {len(runs):4} solved  {folder}")
    for each in runs:
        if each.outcome != "solved":
            print(f"       {each.problem.name} ({each.seconds:.2f} s): {each.outcome}")
    slowest = sorted(solved, key=lambda each: -each.seconds)[:SLOWEST_SHOWN]
    print(
        "       slowest:", ", ".join(f"{one.problem.stem} {one.seconds:.2f} s" for one in slowest)
    )


def main() -> None:
    """Run every problem under the folder and print each domain's figures."""
    if len(sys.argv) == 1:
        print("planning problems: not measured; name a folder of them (see the top of this file)")
        return
    folder = Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS  # noqa: PLR2004 -- name, folder, seconds
    total: list[Run] = []
    for domain in sorted(folder.rglob("domain.hddl")):
        problems = sorted(set(domain.parent.glob("*.hddl")) - {domain})
        with ThreadPoolExecutor(AT_ONCE) as pool:
            runs = list(pool.map(run, problems, [seconds] * len(problems)))
        report(domain.parent.relative_to(folder), runs)
        total += runs
    solved = sum(each.outcome == "solved" for each in total)
    print(f"{solved} of {len(total)} problems solved within {seconds:g} CPU seconds each")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        sys.exit(child(Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])))
    main()
