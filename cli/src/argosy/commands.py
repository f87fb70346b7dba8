"""Every command of `argosy`: one module for each noun."""

import typer

from argosy import agent, contract, dead_letters, domain, goal, proposal, schedule, table, task
from argosy.clean import clean
from argosy.demo.command import demo
from argosy.up import up

EXIT_CODES = (
    "Exit codes: 0 done · 1 the goal failed · 2 wrong usage · 3 a service does not answer ·"
    " 4 no such goal, schedule, task, agent, proposal, table or version · 5 refused by the"
    " service · 6 not ended in time · 7 no plan exists · 8 the log does not prove the result ·"
    " 70 a mistake of argosy · 130 interrupted."
)


app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Argosy: a fleet of data agents that brings messy data home as clean tables.",
    epilog=EXIT_CODES,
)
app.command(epilog="Example: argosy up --agents 5 --source-roots /srv/data")(up)
app.command(epilog="Example: argosy demo --seed 11 --stay")(demo)
app.command(
    epilog="Examples: argosy clean trips.csv --out clean.parquet --changes changes.csv;"
    " argosy clean trips.csv --html report.html --quiet; argosy clean trips.csv --out clean.csv"
    " --json | jq .quality_after"
)(clean)
app.add_typer(goal.commands, name="goal")
app.add_typer(schedule.commands, name="schedule")
app.add_typer(proposal.commands, name="proposal")
app.add_typer(table.commands, name="table")
app.add_typer(task.commands, name="task")
app.add_typer(agent.commands, name="agent")
app.add_typer(domain.commands, name="domain")
app.add_typer(contract.commands, name="contract")
app.add_typer(dead_letters.commands, name="dead-letters")
