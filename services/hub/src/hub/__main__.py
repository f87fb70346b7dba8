"""The hub as a process of its own: `python -m hub`."""

from hub.settings import Settings
from hub.wiring import build, open_ports
from shared.engine.process import run_process

if __name__ == "__main__":
    run_process(Settings, open_ports, build)
