"""`python -m hub`: the hub as a process of its own."""

import asyncio
import secrets

from hub.settings import Settings
from hub.wiring import build, open_ports
from shared.engine.logs import configure_logs
from shared.engine.service import serve


def main() -> None:
    """Serve until the process is told to stop."""
    settings = Settings()
    configure_logs(settings.log_level, settings.log_format)
    ports = open_ports(settings)
    service = build(settings, ports, secrets.token_hex(8))
    asyncio.run(
        serve(
            [service],
            host=settings.http_host,
            port=settings.http_port,
            resources=[ports.bus, ports.store],
        )
    )


if __name__ == "__main__":
    main()
