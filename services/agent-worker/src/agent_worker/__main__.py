"""An agent as a process of its own: `python -m agent_worker [--capabilities reader,cleaner]`."""

from argparse import ArgumentParser

from agent_worker.settings import Settings
from agent_worker.wiring import build, open_ports
from shared.engine.process import run_process


def main() -> None:
    """Serve until the process is told to stop."""
    parser = ArgumentParser("python -m agent_worker", description="An agent; see settings.md.")
    parser.add_argument("--capabilities", help="roles and operators, as in ARGOSY_CAPABILITIES")
    capabilities: str | None = parser.parse_args().capabilities

    def read_settings() -> Settings:
        return Settings() if capabilities is None else Settings(capabilities=capabilities)

    run_process(read_settings, open_ports, build)


if __name__ == "__main__":
    main()
