"""The words of the specification: tasks, ReAct steps, artifacts, schemas. Names are fixed."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

QualityScore = Annotated[float, Field(ge=0, le=1)]
"""A data-quality score from 0, all wrong, to 1, nothing found wrong."""

Parameters = dict[str, JsonValue]
"""Named JSON values whose meaning the goal type or the operator defines."""


class Contract(BaseModel):
    """The base of everything on the wire: immutable; unknown fields, NaN and infinity refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ActionType(StrEnum):
    """What an agent can do in one ReAct step."""

    ANALYZE_SCHEMA = "analyze_schema"
    VALIDATE_DATA = "validate_data"
    TRANSFORM_DATA = "transform_data"
    ROUTE_PIPELINE = "route_pipeline"
    FINAL_RESULT = "final_result"


class ReActStep(Contract):
    """One turn of the loop: what the agent thought, did and saw, and how good the data is now."""

    step_number: int = Field(ge=1)
    thought: str
    action: ActionType
    action_input: Parameters
    observation: Parameters
    data_quality_score: QualityScore
    timestamp: datetime


class DataTaskType(StrEnum):
    """Whether a task is carried out as it is or decomposed further."""

    PRIMITIVE = "primitive"
    COMPOUND = "compound"
    ABSTRACT = "abstract"


class DataTask(Contract):
    """One node of a plan."""

    task_id: str
    name: str
    task_type: DataTaskType
    data_inputs: tuple[str, ...] = ()
    """Names of the data that the task reads."""
    data_outputs: tuple[str, ...] = ()
    """Names of the data that the task brings about."""
    data_dependencies: tuple[str, ...] = ()
    """Ids of the tasks that must be done before this one starts."""
    processing_effects: tuple[str, ...] = ()
    """Facts that hold once the task is done."""
    estimated_duration: float = Field(default=1.0, ge=0)
    """Seconds."""
    priority: int = Field(default=5, ge=0, le=9)
    """From 0, whenever, to 9, before everything else."""


class Artifact(Contract):
    """A file that a task wrote into the object store, named so that nobody mistakes it."""

    name: str
    """The name of the data, as the plan knows it."""
    uri: str
    task_id: str
    attempt: int = Field(ge=1)
    content_hash: str
    """SHA-256 of the content, in hexadecimal."""
    rows: int = Field(default=0, ge=0)
    bytes: int = Field(default=0, ge=0)


class Failure(Contract):
    """Why something did not succeed, in words that help a person mend it."""

    code: str
    """A stable name in snake case, such as `source_missing`."""
    detail: str
    """The thing, and what is wrong with it."""
    remedy: str
    """What to do about it."""
    retryable: bool = False
    """Whether another attempt may succeed without anybody changing anything."""


class TableColumn(Contract):
    """One column of a table's schema."""

    name: str
    data_type: str
    """A DuckDB type name, such as BIGINT, DOUBLE, DATE, TIMESTAMP or VARCHAR."""
    nullable: bool = True


class SchemaInfo(Contract):
    """The schema that a message's data has or would get."""

    columns: tuple[TableColumn, ...]
    fingerprint: str
    """SHA-256 of the columns' canonical JSON, in hexadecimal."""
