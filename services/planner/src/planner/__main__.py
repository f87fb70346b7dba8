"""The planner as a process of its own: `python -m planner`."""

from planner.settings import Settings
from planner.wiring import build, open_ports
from shared.engine.process import run_process

if __name__ == "__main__":
    run_process(Settings, open_ports, build)
