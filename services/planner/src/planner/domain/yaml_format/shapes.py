"""What may stand in a domain's file: every key, its type, its default and what it is for.

The JSON Schema for editors is made of these classes.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

LABEL = "label"
"""The key of `for_each` that is no variable."""

NAME_CHARACTERS_MAX = 63
NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=NAME_CHARACTERS_MAX)]
"""A task, method, step, parameter or fact."""

DataName = Annotated[
    str, Field(pattern=r"^[A-Za-z_{][^\s:]*(:[^\s:]+)?$", max_length=255, examples=["clean:*"])
]
"""Data: `family`, `family:member`, `family:{path}`, or the whole family as `family:*`."""

Text = Annotated[str, Field(min_length=1, max_length=1_000)]
"""An expression, or a path, which is the simplest one."""


def _tag(value: object) -> str:
    """Return which of several forms a value has; the words are no keys, as they have a space."""
    match value:
        case dict() | StepShape():
            return "a mapping"
        case list():
            return "a list"
        case bool() | int() | float():
            return "a number"
        case _:
            return "a text"


Argument = Annotated[
    Annotated[Text, Tag("a text")] | Annotated[bool | int | float, Tag("a number")],
    Discriminator(lambda value: "a number" if _tag(value) == "a number" else "a text"),
]
"""What a step hands over: a path, an expression, or a number as it is."""

Condition = Annotated[
    Annotated[Text, Tag("a text")] | Annotated[list[Text], Tag("a list")],
    Discriminator(lambda value: "a list" if _tag(value) == "a list" else "a text"),
]


class Shape(BaseModel):
    """The base of all parts of a file."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class DurationShape(Shape):
    """What one run is expected to take."""

    seconds: float = Field(default=1.0, ge=0, description="In any case.")
    seconds_per_mebibyte: float = Field(
        default=0.0, ge=0, description="More for each mebibyte that it reads."
    )
    size: str = Field(default="", description="The path of the bytes, such as `partition.bytes`.")


class RetryShape(Shape):
    """When a failed attempt is followed by another one."""

    attempts_max: int = Field(default=3, ge=1, le=100)
    backoff_seconds: float = Field(default=1.0, ge=0, description="After the first failure.")
    backoff_factor: float = Field(
        default=4.0, ge=1, description="By what the wait grows with each further failure."
    )
    codes: list[str] = Field(
        default=[], description="Codes of failures that are tried again even if they are final."
    )


class WorkShape(Shape):
    """What carrying a primitive task out asks for."""

    capability: Name | None = Field(
        default=None, description="What is asked of an agent; the task's own name if not given."
    )
    executor: Literal["agent", "consensus"] = Field(
        default="agent", description="Who carries it out; `consensus` is a vote of the agents."
    )
    duration: DurationShape = DurationShape()
    timeout_seconds: float = Field(default=600.0, gt=0, description="What one attempt may take.")
    retry: RetryShape = RetryShape()
    memory_mebibytes: int = Field(
        default=0, ge=0, description="What an attempt may need; 0 when nobody can say."
    )
    rejection: Literal["fails", "told"] = Field(
        default="fails",
        description="Of a vote: whether the task fails by it, or is done and tells it as the fact"
        " `decision`.",
    )
    compensation: Name | None = Field(
        default=None, description="The capability that undoes it when the goal is given up."
    )


class TaskShape(Shape):
    """One kind of task."""

    type: Literal["abstract", "compound", "primitive"] = Field(
        description="Primitive tasks are carried out, the others decomposed by methods; goals are"
        " abstract."
    )
    description: str = Field(default="", max_length=1_000)
    parameters: list[Name] = Field(default=[], description="What it is told.")
    inputs: list[DataName] = Field(default=[], description="Data that it reads.")
    outputs: list[DataName] = Field(default=[], description="Data that it brings about.")
    needs: list[Name] = Field(
        default=[], description="Facts that choosing a method, or handing it out, may wait for."
    )
    effects: list[Name] = Field(default=[], description="Facts that it makes known.")
    work: WorkShape | None = Field(
        default=None, description="What carrying it out asks for; required if it is primitive."
    )
    budget_seconds: float | None = Field(
        default=None,
        gt=0,
        description="How long agents may be busy with all that it is decomposed into, before"
        " another method is tried; not for primitive tasks, which have a timeout.",
    )


class StepShape(Shape):
    """A step in its long form."""

    task: Name
    name: Name | None = Field(default=None, description="The task's name if not given.")
    arguments: dict[Name, Argument] = Field(
        default={},
        description="By parameter; a parameter that is not named gets what has its own name.",
    )
    after: list[Name] = Field(
        default=[], description="Steps that it waits for, besides those whose data it reads."
    )


AnyStep = Annotated[
    Annotated[Name, Tag("a text")] | Annotated[StepShape, Tag("a mapping")],
    Discriminator(lambda value: "a mapping" if _tag(value) == "a mapping" else "a text"),
]
"""A step: its task alone, or the long form."""


class MethodShape(Shape):
    """One way to carry a task out; of the methods of one task the preferred one stands first."""

    name: Name
    task: Name
    description: str = Field(default="", max_length=1_000)
    when: Condition = Field(
        default=[], description="CEL over the task's parameters and needs; all of it must hold."
    )
    mends: list[Name] = Field(
        default=[],
        description="Codes of failures: when another method has failed, it is tried only after"
        " one of these. None: after all.",
        examples=[["memory_exhausted"]],
    )
    for_each: dict[Name, Text] | None = Field(
        default=None,
        description="`{VARIABLE: LIST, label: PATH}`: the only step is repeated for each member.",
        examples=[{"partition": "partitions", "label": "partition.name"}],
    )
    steps: list[AnyStep] = Field(
        description="The subtasks; only their data and `after` order them. None: nothing to do."
    )


class DomainShape(Shape):
    """A file of a domain for the lazy planner."""

    model_config = ConfigDict(title="Domain")

    domain: Name = Field(description="The name; all files of one domain say the same.")
    version: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        description='The same in all files; a text, such as "2".'
    )
    tasks: dict[Name, TaskShape] = Field(default={}, description="By name.")
    methods: list[MethodShape] = []
