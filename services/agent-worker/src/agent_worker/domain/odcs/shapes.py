"""The parts of a contract file that say something of data, as the standard spells them.

Fields that only tell people something, such as `team` or `price`, are accepted and not read.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

COLUMNS_MAX = 5_000

Number = int | float
Scalar = bool | int | float | str
Bounds = Annotated[tuple[Number, ...], Field(min_length=2, max_length=2)]


class Shape(BaseModel):
    """The base: unknown fields are refused, as the standard refuses them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: JsonValue = None
    tags: JsonValue = None
    authoritativeDefinitions: JsonValue = None  # noqa: N815 - the standard's spelling


class CustomProperty(Shape):
    """A name and a value that the standard has no field for."""

    property: str
    value: JsonValue = None
    description: str = ""


class QualityShape(Shape):
    """A quality rule."""

    name: str = ""
    description: str = ""
    type: Literal["library", "text", "sql", "custom"] = "library"
    metric: str = ""
    rule: str = ""
    """What versions before 3.1 call a metric."""
    arguments: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    validValues: tuple[Scalar, ...] = ()  # noqa: N815
    query: str = ""
    engine: str = ""
    implementation: JsonValue = None
    unit: str = "rows"
    dimension: str = ""
    severity: str = "error"
    mustBe: JsonValue = None  # noqa: N815
    mustNotBe: JsonValue = None  # noqa: N815
    mustBeGreaterThan: Number | None = None  # noqa: N815
    mustBeGreaterOrEqualTo: Number | None = None  # noqa: N815
    mustBeLessThan: Number | None = None  # noqa: N815
    mustBeLessOrEqualTo: Number | None = None  # noqa: N815
    mustBeBetween: Bounds | None = None  # noqa: N815
    mustNotBeBetween: Bounds | None = None  # noqa: N815
    businessImpact: JsonValue = None  # noqa: N815
    method: JsonValue = None
    scheduler: JsonValue = None
    schedule: JsonValue = None
    customProperties: tuple[CustomProperty, ...] = ()  # noqa: N815


class TypeOptions(BaseModel):
    """What a type allows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minLength: int | None = None  # noqa: N815
    maxLength: int | None = None  # noqa: N815
    pattern: str | None = None
    format: str | None = None
    minimum: Number | str | None = None
    maximum: Number | str | None = None
    exclusiveMinimum: bool | Number | str | None = None  # noqa: N815
    exclusiveMaximum: bool | Number | str | None = None  # noqa: N815
    multipleOf: Number | None = None  # noqa: N815
    timezone: JsonValue = None
    defaultTimezone: JsonValue = None  # noqa: N815


class PropertyShape(Shape):
    """A column."""

    name: str = Field(min_length=1, max_length=128)
    physicalName: str = ""  # noqa: N815
    logicalType: str = ""  # noqa: N815
    physicalType: str = ""  # noqa: N815
    logicalTypeOptions: TypeOptions = TypeOptions()  # noqa: N815
    description: str = ""
    businessName: JsonValue = None  # noqa: N815
    required: bool = False
    unique: bool = False
    primaryKey: bool = False  # noqa: N815
    primaryKeyPosition: int = -1  # noqa: N815
    quality: tuple[QualityShape, ...] = ()
    examples: JsonValue = None
    partitioned: JsonValue = None
    partitionKeyPosition: JsonValue = None  # noqa: N815
    classification: JsonValue = None
    encryptedName: JsonValue = None  # noqa: N815
    transformSourceObjects: JsonValue = None  # noqa: N815
    transformLogic: JsonValue = None  # noqa: N815
    transformDescription: JsonValue = None  # noqa: N815
    criticalDataElement: JsonValue = None  # noqa: N815
    relationships: JsonValue = None
    elements: JsonValue = Field(default=None, alias="items")
    properties: JsonValue = None
    customProperties: tuple[CustomProperty, ...] = ()  # noqa: N815


class ObjectShape(Shape):
    """A table."""

    name: str = Field(min_length=1)
    physicalName: str = ""  # noqa: N815
    logicalType: Literal["object", ""] = ""  # noqa: N815
    physicalType: str = ""  # noqa: N815
    description: str = ""
    businessName: JsonValue = None  # noqa: N815
    dataGranularityDescription: JsonValue = None  # noqa: N815
    properties: tuple[PropertyShape, ...] = Field(min_length=1, max_length=COLUMNS_MAX)
    quality: tuple[QualityShape, ...] = ()
    relationships: JsonValue = None
    customProperties: tuple[CustomProperty, ...] = ()  # noqa: N815


class ServiceLevelShape(Shape):
    """A promise on service."""

    property: str
    value: JsonValue = None
    valueExt: JsonValue = None  # noqa: N815
    unit: str = ""
    element: str = ""
    driver: JsonValue = None
    description: JsonValue = None
    scheduler: JsonValue = None
    schedule: JsonValue = None


class ContractShape(Shape):
    """A contract."""

    apiVersion: str = Field(pattern=r"^v3\.\d+\.\d+$")  # noqa: N815
    kind: Literal["DataContract"]
    version: str = ""
    status: str = ""
    name: str = ""
    schema_: tuple[ObjectShape, ...] = Field(alias="schema", min_length=1)
    slaProperties: tuple[ServiceLevelShape, ...] = ()  # noqa: N815
    slaDefaultElement: JsonValue = None  # noqa: N815
    tenant: JsonValue = None
    domain: JsonValue = None
    dataProduct: JsonValue = None  # noqa: N815
    description: JsonValue = None
    servers: JsonValue = None
    support: JsonValue = None
    price: JsonValue = None
    team: JsonValue = None
    roles: JsonValue = None
    contractCreatedTs: JsonValue = None  # noqa: N815
    customProperties: tuple[CustomProperty, ...] = ()  # noqa: N815
