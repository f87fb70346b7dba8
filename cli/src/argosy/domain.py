"""`argosy domain`: planning domains, without any service."""

import typer

from argosy.domain_check import check
from argosy.domain_solve import EPILOG, solve

commands = typer.Typer(no_args_is_help=True, help="Planning domains: check them, solve problems.")


@commands.callback()
def domains() -> None:
    """Planning domains: check them, solve problems in them."""


commands.command(
    epilog="Examples: argosy domain check domain/*.yaml --strict · argosy domain check domain.hddl"
    " p01.hddl — Exit codes: 0 sound · 1 warnings, with --strict · 2 errors."
)(check)
commands.command(epilog=EPILOG)(solve)
