"""A table's contract as a file of the standard, which reads back as the same rules."""

import yaml
from pydantic import JsonValue

from agent_worker.domain.data_types import DataType
from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.odcs.column_types import LOGICAL_TYPES
from agent_worker.domain.odcs.quality_rules import ENGINE
from agent_worker.domain.rules.rule import OnFail, Origin, Rule, Severity
from agent_worker.domain.schema_contract import ColumnContract, TableContract

API_VERSION = "v3.1.0"

_LOGICAL = {ours: name for name, ours in LOGICAL_TYPES.items()}
_DIMENSIONS = {
    Dimension.COMPLETENESS: "completeness",
    Dimension.VALIDITY: "conformity",
    Dimension.UNIQUENESS: "uniqueness",
    Dimension.CONSISTENCY: "consistency",
    Dimension.TIMELINESS: "timeliness",
}
Parts = dict[str, JsonValue]


def write_contract(contract: TableContract, version: str = "1.0.0") -> str:
    """Return the contract as YAML; rules that are only proposed say so, and warn."""
    columns = [_column(column, contract.key) for column in contract.columns]
    content: Parts = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": contract.table,
        "name": contract.table,
        "version": version,
        "status": "active",
        "schema": [
            _without_nothing(
                {
                    "name": contract.table,
                    "logicalType": "object",
                    "physicalType": "table",
                    "properties": [*columns],
                    "quality": [_quality(rule) for rule in contract.rules],
                }
            )
        ],
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _column(column: ColumnContract, key: tuple[str, ...]) -> Parts:
    own: Parts = {"aliases": [*column.aliases], "unit": column.unit, "formats": [*column.formats]}
    return _without_nothing(
        {
            "name": column.name,
            "logicalType": _LOGICAL[column.data_type],
            "physicalType": str(column.data_type),
            "required": not column.nullable,
            "primaryKey": column.name in key,
            "primaryKeyPosition": key.index(column.name) + 1 if column.name in key else None,
            "customProperties": _custom(own),
        }
    )


def _quality(rule: Rule) -> Parts:
    demand, is_warning = _demand(rule), rule.severity is Severity.WARN
    own: Parts = {
        "columns": [*rule.columns],
        "where": rule.where,
        "maxFraction": rule.max_fraction if rule.max_fraction and "unit" not in demand else None,
        "onFail": str(rule.on_fail) if rule.on_fail is not OnFail.WARN else None,
        "origin": str(rule.origin) if rule.origin is not Origin.DECLARED else None,
    }
    support = rule.support
    told = f"Followed by {support.followed} of {support.rows} values." if support else ""
    return _without_nothing(
        {
            "id": rule.id,
            "description": rule.description or told,
            **demand,
            "dimension": _DIMENSIONS[rule.counts_as],
            "severity": "warning" if is_warning or rule.origin is Origin.PROPOSED else "error",
            "customProperties": _custom(own),
        }
    )


def _custom(own: Parts) -> list[JsonValue]:
    return [{"property": name, "value": value} for name, value in own.items() if value]


def _demand(rule: Rule) -> Parts:
    """Say it by one of the standard's metrics where there is one, else by our own engine."""
    limit: Parts = {"mustBe": 0}
    if rule.max_fraction:
        limit = {"mustBeLessOrEqualTo": rule.max_fraction * 100, "unit": "percent"}
    check: Parts = rule.check.model_dump(mode="json", exclude_defaults=True)
    match rule.check.kind:
        case "not_null":
            return {"metric": "nullValues", **limit}
        case "key_unique":
            return {"metric": "duplicateValues", **limit}
        case "matches_regex":
            return {"metric": "invalidValues", "arguments": {"pattern": check["pattern"]}, **limit}
        case "in_set" if "ignore_case" not in check:
            arguments: Parts = {"validValues": check["values"]}
            return {"metric": "invalidValues", "arguments": arguments, **limit}
        case kind:
            return {"type": "custom", "engine": ENGINE, "implementation": {"kind": kind, **check}}


def _without_nothing(parts: Parts) -> Parts:
    """Leave out what says nothing; zero says something."""
    nothing: list[JsonValue] = [None, "", []]
    return {name: part for name, part in parts.items() if part is not False and part not in nothing}


assert set(_LOGICAL) == set(DataType), "every type has a name in the standard"
