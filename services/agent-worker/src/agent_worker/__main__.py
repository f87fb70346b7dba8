"""An agent as a process of its own: `python -m agent_worker`."""

from agent_worker.settings import Settings
from agent_worker.wiring import build, open_ports
from shared.engine.process import run_process

if __name__ == "__main__":
    run_process(Settings, open_ports, build)
