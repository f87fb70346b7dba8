"""Where a run of the demo takes place: its data, its cluster, its beginning and its end."""

import asyncio
import signal
from dataclasses import dataclass

from rich.console import Console

from argosy.client import Addresses, connect
from argosy.cluster import Cluster, free_port
from argosy.demo.flights import DemoData, dirty_flights
from argosy.demo.late import late_flights
from argosy.demo.report import DemoReport
from argosy.demo.run import Demo
from argosy.demo.runs import DATA_FOLDER, LATE_FOLDER, DemoRun, begin
from argosy.embedded import broken, cluster_running
from argosy.failures import CommandError, ExitCode
from argosy.printing import answers, print_text
from shared.engine.logs import configure_logs
from shared.engine.settings import ServiceSettings

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
        settings = ServiceSettings()
        log = str(self.cluster.state / LOG_NAME)
        configure_logs(settings.log_level, settings.log_format, log)
        try:
            asyncio.run(_run_on_cluster(self, self._choose_port(port), run, flights))
        except CommandError as error:
            if error.exit_code is ExitCode.GOAL_FAILED:
                run.ended().save(self.cluster.state)
            raise

    def _begin(self, seed: int, *, starts_over: bool) -> tuple[DemoRun, DemoData]:
        """Make the data, and find out whether an interrupted run is to be gone on with."""
        cluster = self.cluster
        with self.console.status("making a year of flights dirty"):
            flights = dirty_flights(cluster.state / DATA_FOLDER, seed)
            late_flights(cluster.state / DATA_FOLDER / LATE_FOLDER)
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
    async with cluster_running(stage.cluster, port) as process:
        ending = asyncio.create_task(_signalled(), name="ending")
        report = await _first_of(
            asyncio.create_task(_carry_out(stage, process.address, run, flights)),
            ending,
            process.driving,
        )
        run.ended().save(stage.cluster.state)
        stage.present(report)
        if stage.stays:
            stage.console.print(f"still serving {process.address}; Ctrl-C stops")
            await asyncio.wait({ending, process.driving}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()


async def _carry_out(stage: Stage, address: str, run: DemoRun, flights: DemoData) -> DemoReport:
    async with connect(Addresses.embedded(address)) as client:
        return await Demo(client, address, stage.console).carry_out(run, flights)


async def _signalled() -> str:
    """Return the name of the signal that asks the process to stop, once one does."""
    signalled: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def note(name: str) -> None:
        if not signalled.done():
            signalled.set_result(name)

    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, note, each.name)
    return await signalled


async def _first_of(
    working: asyncio.Task[DemoReport], ending: asyncio.Task[str], driving: asyncio.Task[None]
) -> DemoReport:
    """Return what the work brings, unless somebody stops it or the cluster breaks first."""
    try:
        await asyncio.wait({working, ending, driving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        if ending.done():
            raise CommandError(
                f"Interrupted by {ending.result()}; everything so far is kept.",
                remedy="The same command goes on where it was; --fresh starts over.",
                exit_code=ExitCode.INTERRUPTED,
            )
        raise broken(driving.exception())
    finally:
        working.cancel()
