"""Quality rules of a contract file as rules of ours."""

import re
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter, ValidationError

from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.odcs.shapes import QualityShape
from agent_worker.domain.odcs.thresholds import ThresholdError, row_bounds, tolerated_share
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.rule import OnFail, Origin, Rule, Severity

ENGINE = "argosy"
"""The engine of rules that the standard has no metric for; their implementation is a demand."""

DIMENSIONS = {
    "accuracy": Dimension.VALIDITY,
    "completeness": Dimension.COMPLETENESS,
    "conformity": Dimension.VALIDITY,
    "consistency": Dimension.CONSISTENCY,
    "coverage": Dimension.COMPLETENESS,
    "timeliness": Dimension.TIMELINESS,
    "uniqueness": Dimension.UNIQUENESS,
}
"""The standard's dimensions, and where they count in the score."""

METRICS = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")
OWN_PROPERTIES = ("onFail", "maxFraction", "where", "origin", "columns")
"""Custom properties that a rule understands."""

_COUNT = re.compile(
    r"\s*select\s+count\(\s*\*\s*\)\s+from\s+(?:\$?\{\w+\}|\w+)\s+where\s+(?P<condition>.+?)\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_CHECK: TypeAdapter[checks.Check] = TypeAdapter(checks.Check)


class QualityError(Exception):
    """A quality rule cannot be kept; the message has the remedy behind a semicolon."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a quality rule demands, with what it tolerates."""

    check: checks.Check
    max_fraction: float = 0.0


def rule_of(quality: QualityShape, columns: tuple[str, ...], fallback_id: str) -> Rule | None:
    """Return the rule, None for one that is told in words alone.

    Args:
        quality: As the contract says it.
        columns: The column that it stands below; none where it stands below the table.
        fallback_id: What it is called if it has no name.

    Raises:
        QualityError: it asks for something that nobody here can check.
    """
    if quality.type == "text":
        return None
    own = {each.property: each.value for each in quality.customProperties}
    unknown = [name for name in own if name not in OWN_PROPERTIES]
    if unknown:
        known = ", ".join(OWN_PROPERTIES)
        raise QualityError(f"custom property {unknown[0]} says nothing here; there are {known}")
    try:
        demand = _demand(quality)
        return Rule.model_validate(
            {
                "id": _id_of(quality, fallback_id),
                "check": demand.check.model_dump(),
                "columns": own.get("columns") or _named(quality) or columns,
                "where": own.get("where", ""),
                "severity": _severity(quality.severity),
                "max_fraction": own.get("maxFraction", demand.max_fraction),
                "on_fail": own.get("onFail", OnFail.WARN),
                "dimension": _dimension(quality.dimension),
                "origin": own.get("origin", Origin.DECLARED),
                "description": quality.description,
            }
        )
    except ThresholdError as error:
        raise QualityError(str(error)) from error
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False)
        place = ".".join(str(part) for part in first["loc"])
        raise QualityError(f"{place}: {first['msg']}; correct it") from error


def _demand(quality: QualityShape) -> Demand:
    match quality.type:
        case "sql":
            return _counted(quality)
        case "custom":
            return _custom(quality)
        case _:
            return _metric(quality)


def _custom(quality: QualityShape) -> Demand:
    if quality.engine != ENGINE:
        raise QualityError(
            f"rules of the engine {quality.engine!r} are not understood; write library metrics, or "
            f"engine: {ENGINE} with a demand of docs/contracts.md as implementation"
        )
    if not isinstance(quality.implementation, dict):
        raise QualityError("the implementation is no demand; write {kind: in_set, values: […]}")
    return Demand(_CHECK.validate_python(quality.implementation))


def _counted(quality: QualityShape) -> Demand:
    found = _COUNT.fullmatch(quality.query)
    if found is None:
        raise QualityError(
            "of SQL, only a count of rows with a condition is understood; write it as in "
            f"docs/contracts.md, or a row_condition of the engine {ENGINE}"
        )
    condition = f"not ({found['condition']})"
    return Demand(checks.RowCondition(condition=condition), tolerated_share(quality))


def _metric(quality: QualityShape) -> Demand:
    metric = quality.metric or quality.rule
    match metric:
        case "nullValues":
            return Demand(checks.NotNull(), tolerated_share(quality))
        case "missingValues":
            words = _words(quality.arguments.get("missingValues"))
            check = checks.NotNull() if words <= {""} else checks.NoNullToken()
            return Demand(check, tolerated_share(quality))
        case "duplicateValues" | "duplicateCount" | "unique":
            return Demand(checks.KeyUnique(), tolerated_share(quality))
        case "invalidValues" | "validValues":
            return Demand(_valid(quality), tolerated_share(quality))
        case "rowCount":
            minimum, maximum = row_bounds(quality)
            return Demand(checks.RowCountBetween(minimum=max(0, minimum), maximum=maximum))
        case _:
            raise QualityError(f"there is no metric {metric!r}; there are {', '.join(METRICS)}")


def _valid(quality: QualityShape) -> checks.Check:
    values = quality.validValues or quality.arguments.get("validValues")
    pattern = quality.arguments.get("pattern")
    if bool(values) == bool(pattern):
        raise QualityError("invalid values need either arguments.validValues or arguments.pattern; "
                           "give one of them")  # fmt: skip
    if pattern:
        return _CHECK.validate_python({"kind": "matches_regex", "pattern": pattern})
    return _CHECK.validate_python({"kind": "in_set", "values": values})


def _named(quality: QualityShape) -> JsonValue:
    return quality.arguments.get("properties")


def _words(given: JsonValue) -> set[str]:
    listed = given if isinstance(given, list) else []
    return {"" if each is None else str(each) for each in listed}


def _severity(named: str) -> Severity:
    return Severity.ERROR if named.lower() in {"error", "critical", "high"} else Severity.WARN


def _dimension(named: str) -> Dimension | None:
    if not named:
        return None
    known = DIMENSIONS.get(named.lower())
    if known is None:
        raise QualityError(f"there is no dimension {named}; there are {', '.join(DIMENSIONS)}")
    return known


def _id_of(quality: QualityShape, fallback: str) -> str:
    given = quality.id if isinstance(quality.id, str) else quality.name
    return name_of(given or fallback)


def name_of(text: str) -> str:
    """Return a text as the id of a rule."""
    word = re.sub(r"[^A-Za-z0-9_.-]+", "_", text).strip("_")[:100]
    return word if word[:1].isalpha() else f"rule_{word}"[:100]
