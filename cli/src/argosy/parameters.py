"""The parameters of a goal as people type them: `--set NAME=VALUE`, `--parameters FILE`."""

import json
from pathlib import Path
from typing import Annotated, cast

import typer
from pydantic import JsonValue, TypeAdapter, ValidationError

from argosy.failures import CommandError, ExitCode
from shared.contracts.vocabulary import Parameters

PARAMETERS: TypeAdapter[Parameters] = TypeAdapter(Parameters)

GoalType = Annotated[str, typer.Argument(help="The kind of goal, such as ingest_table.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter; VALUE is JSON or text."),
]
ParametersFile = Annotated[
    Path | None,
    typer.Option("--parameters", metavar="FILE", help="A JSON object with the parameters."),
]


def parameters_of(settings: list[str], parameters_file: Path | None) -> dict[str, JsonValue]:
    """Return the parameters of the file and, over them, those that were set.

    Raises:
        CommandError: the file or a setting cannot be read.
    """
    parameters = _read_parameters(parameters_file) if parameters_file else {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise CommandError(
                f"--set {setting!r} has no name or no value.",
                remedy="Write it as --set NAME=VALUE, such as --set table=trips.",
                exit_code=ExitCode.USAGE,
            )
        parameters[name] = _json_or_text(text)
    return parameters


def _json_or_text(text: str) -> JsonValue:
    try:
        return cast("JsonValue", json.loads(text))
    except json.JSONDecodeError:
        return text


def _read_parameters(path: Path) -> dict[str, JsonValue]:
    try:
        return dict(PARAMETERS.validate_json(path.read_bytes()))
    except OSError as error:
        raise CommandError(
            f"The parameters in {path} cannot be read: {error.strerror}.",
            remedy="Name a file that is there and may be read.",
            exit_code=ExitCode.USAGE,
        ) from error
    except ValidationError as error:
        raise CommandError(
            f"{path} holds no JSON object.",
            remedy='Write one, such as {"table": "trips", "sources": ["file:///srv/*.csv"]}.',
            exit_code=ExitCode.USAGE,
        ) from error
