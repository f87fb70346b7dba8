"""A service as a process of its own: settings read, logs set up, served until told to stop."""

import asyncio
import logging
import secrets
import sys
from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from shared.engine.collector import tune_collector
from shared.engine.logs import configure_logs
from shared.engine.service import Service, first_error, serve
from shared.engine.session import WrongBusError
from shared.engine.settings import ServiceSettings
from shared.ports.ports import Ports

logger = logging.getLogger("argosy.service")

AnySettings = TypeVar("AnySettings", bound=ServiceSettings)

EXIT_BROKEN = 1
EXIT_MISCONFIGURED = 2


def run_process(
    read_settings: Callable[[], AnySettings],
    open_ports: Callable[[AnySettings], Ports],
    build: Callable[[AnySettings, Ports, str], Service],
) -> None:
    """Serve until the process is told to stop; exit with 2 when the settings do not allow it."""
    try:
        settings = read_settings()
        configure_logs(settings.log_level, settings.log_format)
        ports = open_ports(settings)
        service = build(settings, ports, secrets.token_hex(8))
        serving = serve(
            (service,),
            host=settings.http_host,
            port=settings.http_port,
            resources=(ports.bus, ports.store),
            serves_metrics=settings.enable_data_monitoring,
        )
        tune_collector()
        asyncio.run(serving)
    except ValidationError as error:
        _refuse("\n".join(_sentences_of(error)))
    except (OSError, ValueError) as error:
        _refuse(str(error))
    except ExceptionGroup as group:
        if group.subgroup(WrongBusError) is not None:
            _refuse(str(first_error(group)))
        logger.exception("an engine broke; start the process again to go on")
        sys.exit(EXIT_BROKEN)


def _sentences_of(error: ValidationError) -> list[str]:
    return [
        f"ARGOSY_{'_'.join(str(part) for part in each['loc']).upper()}={each['input']}: "
        f"{each['msg']}; docs/reference/settings.md describes it"
        for each in error.errors(include_url=False)
    ]


def _refuse(why: str) -> None:
    print(f"cannot start: {why}", file=sys.stderr)  # noqa: T201 -- logs may not be set up yet
    sys.exit(EXIT_MISCONFIGURED)
