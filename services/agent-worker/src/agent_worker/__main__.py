"""An agent as a process of its own: `python -m agent_worker`."""

import asyncio
import secrets

from agent_worker.settings import Settings
from agent_worker.wiring import build, open_ports
from shared.engine.logs import configure_logs
from shared.engine.service import serve


def main() -> None:
    """Serve until the process is told to stop."""
    settings = Settings()
    configure_logs(settings.log_level, settings.log_format)
    ports = open_ports(settings)
    service = build(settings, ports, run_id=secrets.token_hex(8))
    resources = (ports.bus, ports.store)
    asyncio.run(
        serve((service,), host=settings.http_host, port=settings.http_port, resources=resources)
    )


if __name__ == "__main__":
    main()
