"""How many problems of growing size the searching planner solves in domains of many kinds.

`python -m benchmarks.planning_domains [SECONDS] [DOMAIN ...]`: problems are made up, from a seed,
in domains rebuilt after those of the planning competition (IPC 2020, HTN tracks): not its own
problems, but what is hard about them. They are measured as `benchmarks.hddl` measures a folder.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.hddl import SECONDS, report, run
from benchmarks.planning_domains.families import FAMILIES

AT_ONCE = 1


def main() -> None:
    """Make every problem, have it solved, and print each domain's figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    names = sys.argv[2:] or list(FAMILIES)
    solved = total = 0
    for name in names:
        with TemporaryDirectory() as folder:
            problems = [written(Path(folder), name, size) for size in FAMILIES[name].sizes]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                runs = list(pool.map(run, problems, [seconds] * len(problems)))
        report(Path(name), runs)
        solved += sum(each.outcome == "solved" for each in runs)
        total += len(runs)
    print(f"{solved} of {total} problems solved within {seconds:g} CPU seconds each")


def written(folder: Path, name: str, size: int) -> Path:
    """Write a domain and a problem into a folder of their own; return the problem."""
    domain, problem = FAMILIES[name].texts(size, Random(f"{name} {size}"))  # noqa: S311 -- made up, not secret
    home = folder / f"{name}-{size:04}"
    home.mkdir(parents=True)
    (home / "domain.hddl").write_text(domain)
    file = home / f"{name}-{size:04}.hddl"
    file.write_text(problem)
    return file


if __name__ == "__main__":
    main()
