"""Where a run of the demo takes place: its data, its cluster, its beginning and its end."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from dataclasses import dataclass

from rich.console import Console

from argosy.client import Addresses, connect
from argosy.cluster import Cluster, free_port
from argosy.demo.flights import DemoData, dirty_flights
from argosy.demo.report import DemoReport
from argosy.demo.run import Demo
from argosy.demo.runs import DATA_FOLDER, DemoRun, begin
from argosy.embedded import cluster_running
from argosy.failures import CommandError, ExitCode
from argosy.printing import answers, print_text
from shared.engine.logs import configure_logs
from shared.engine.service import Running

LOG_NAME = "argosy.log"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a run takes place, and how it is told about."""

    cluster: Cluster
    stays: bool
    as_json: bool
    console: Console

    def play(self, seed: int, port: int, *, starts_over: bool) -> None:
        """Carry a run out, or go on with the one that was interrupted, and tell how it ended.

        Raises:
            CommandError: it was interrupted, or its goal failed.
        """
        run, flights = self._begin(seed, starts_over=starts_over)
        configure_logs("INFO", "text", str(self.cluster.state / LOG_NAME))
        try:
            asyncio.run(_run_on_cluster(self, self._choose_port(port), run, flights))
        except (KeyboardInterrupt, asyncio.CancelledError) as error:
            raise CommandError(
                "Interrupted; everything so far is kept.",
                remedy="The same command goes on where it was; --fresh starts over.",
                exit_code=ExitCode.INTERRUPTED,
            ) from error
        except CommandError as error:
            if error.exit_code is ExitCode.GOAL_FAILED:
                run.ended().save(self.cluster.state)
            raise

    def _begin(self, seed: int, *, starts_over: bool) -> tuple[DemoRun, DemoData]:
        """Make the data, and find out whether an interrupted run is to be gone on with."""
        cluster = self.cluster
        with self.console.status("making a year of flights dirty"):
            flights = dirty_flights(cluster.state / DATA_FOLDER, seed)
        can_clear = not (cluster.bus or cluster.store or cluster.object_store)
        run, beginning = begin(
            cluster.state, seed, flights.fingerprint, starts_over=starts_over, can_clear=can_clear
        )
        self.console.print(f"{beginning}; dirty flights from seed {seed} in {flights.folder}")
        return run, flights

    def _choose_port(self, wanted: int) -> int:
        """Return the wanted port, or another one, and say so."""
        port = free_port(wanted)
        if wanted not in {0, port}:
            self.console.print(f"port {wanted} is taken: using {port}")
        return port

    def present(self, report: DemoReport) -> None:
        """Print the report."""
        if self.as_json:
            print_text(report.as_json())
        else:
            answers().print(report.as_page())


async def _run_on_cluster(stage: Stage, port: int, run: DemoRun, flights: DemoData) -> None:
    this_task = asyncio.current_task()
    assert this_task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this_task.cancel)
    async with cluster_running(stage.cluster, port) as process:
        report = await _while_driven(process, _carry_out(stage, process.address, run, flights))
        run.ended().save(stage.cluster.state)
        stage.present(report)
        if stage.stays:
            stage.console.print(f"still serving {process.address}; Ctrl-C stops")
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({process.driving})


async def _carry_out(stage: Stage, address: str, run: DemoRun, flights: DemoData) -> DemoReport:
    async with connect(Addresses.embedded(address)) as client:
        return await Demo(client, address, stage.console).carry_out(run, flights)


async def _while_driven(process: Running, work: Coroutine[None, None, DemoReport]) -> DemoReport:
    """Return what the work brings; a cluster that breaks meanwhile ends it."""
    working = asyncio.create_task(work)
    try:
        await asyncio.wait({working, process.driving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise CommandError(
                f"The cluster broke: {process.driving.exception()!r}",
                remedy=f"{LOG_NAME} in the state folder tells more; running again goes on.",
                exit_code=ExitCode.UNREACHABLE,
            )
        return working.result()
    finally:
        working.cancel()
