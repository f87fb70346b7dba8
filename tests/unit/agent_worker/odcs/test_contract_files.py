"""Contract files: what they declare is kept, and what cannot be kept is refused by name."""

import pytest

from agent_worker.domain.data_types import DataType
from agent_worker.domain.declared import DeclaredTable
from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.odcs.reading import read_contract
from agent_worker.domain.odcs.remarks import UnsoundContractError
from agent_worker.domain.odcs.writing import write_contract
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.rule import OnFail, Origin, Rule, Severity, Support
from agent_worker.domain.schema_contract import ColumnContract, TableContract

HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - name: id
        logicalType: integer
        primaryKey: true
"""
ORDERS = (
    HEAD
    + """\
      - name: placed
        logicalType: timestamp
        required: true
      - name: status
        logicalType: string
        quality:
          - metric: invalidValues
            arguments: {validValues: [open, closed]}
            mustBeLessOrEqualTo: 1
            unit: percent
            dimension: conformity
            customProperties:
              - {property: onFail, value: quarantine_row}
      - name: email
        logicalType: string
        logicalTypeOptions: {format: email, maxLength: 80}
        quality:
          - {type: text, description: belongs to a person}
      - name: amount
        physicalType: decimal(10,2)
        unique: false
        logicalTypeOptions: {minimum: 0, exclusiveMaximum: 1000}
    quality:
      - {id: many, metric: rowCount, mustBeGreaterThan: 10}
      - name: paid once
        type: sql
        query: SELECT COUNT(*) FROM {object} WHERE amount < 0 AND status = 'closed'
        mustBe: 0
      - id: due
        type: custom
        engine: argosy
        severity: warning
        implementation: {kind: fd, determinants: [id]}
        customProperties: [{property: columns, value: [status]}]
slaProperties:
  - {property: latency, value: 2, unit: d, element: orders.placed}
  - {property: retention, value: 5, unit: y}
"""
)


def rules_of(declared: DeclaredTable) -> dict[str, Rule]:
    return {rule.id: rule for rule in declared.rules}


def test_a_contract_declares_columns_key_and_rules() -> None:
    declared = read_contract(ORDERS, "orders.yaml")
    types = {column.name: column.data_type for column in declared.columns}
    assert types == {
        "id": DataType.BIGINT,
        "placed": DataType.TIMESTAMP,
        "status": DataType.VARCHAR,
        "email": DataType.VARCHAR,
        "amount": DataType.DOUBLE,
    }
    assert declared.key == ("id",)
    assert [column.name for column in declared.columns if not column.nullable] == ["id", "placed"]
    rules = rules_of(declared)
    assert rules["status_invalidValues_0"] == Rule(
        id="status_invalidValues_0",
        check=checks.InSet(values=("open", "closed")),
        columns=("status",),
        max_fraction=0.01,
        on_fail=OnFail.QUARANTINE_ROW,
        dimension=Dimension.VALIDITY,
    )
    assert rules["email_format"].check == checks.MatchesFormat(format=checks.ValueFormat.EMAIL)
    assert rules["amount_range"].check == checks.InRange(
        minimum=0, maximum=1000, maximum_excluded=True
    )
    assert rules["many"].check == checks.RowCountBetween(minimum=11)
    condition = "not (amount < 0 AND status = 'closed')"
    assert rules["paid_once"].check == checks.RowCondition(condition=condition)
    assert rules["due"].severity is Severity.WARN
    assert rules["placed_latency"].check == checks.FreshWithin(seconds_max=172_800)


def test_what_nobody_checks_is_told() -> None:
    notes = read_contract(ORDERS, "orders.yaml").notes
    assert notes == (
        "told in words alone, and not checked: belongs to a person",
        "service level retention is not checked",
    )


COLUMN = "      - {name: x, logicalType: string, quality: [%s]}\n"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (HEAD + "      - {name: x, logicalTyp: string}\n", 12, "did you mean logicalType?"),
        (HEAD + "      - {name: x, logicalType: array}\n", 12, "cannot be of type array"),
        (HEAD + "      - {name: x, physicalType: blob}\n", 12, "give a logicalType"),
        (HEAD + "      - name: x\n        logicalType: string\n        logicalTypeOptions:\n"
         "          pattern: '(?=a)'\n", 14, "looks ahead"),
        (HEAD + COLUMN % "{metric: nullValues}", 12, "none of the thresholds"),
        (HEAD + COLUMN % "{metric: nullValues, mustBeLessThan: 10}", 12, "write unit: percent"),
        (HEAD + COLUMN % "{metric: median, mustBe: 0}", 12, "there is no metric 'median'"),
        (HEAD + COLUMN % "{type: custom, engine: soda}", 12, "engine 'soda'"),
        (HEAD + COLUMN % "{type: sql, query: \"select 1 from read_csv('x')\", mustBe: 0}", 12,
         "only a count of rows"),
        (HEAD + COLUMN % '{type: sql, mustBe: 0, query: "select count(*) from t where x in '
         "(select y from read_csv('/etc/passwd'))\"}", 12, "there is no column select"),
        (HEAD + "      - {name: x, name: y}\n", 12, "stands here twice"),
        (HEAD.replace("v3.1.0", "v2.2.2"), 1, "should match pattern"),
        ("a: &x [1]\nb: *x\n", 2, "anchor"),
        ("a: [", 1, "expected the node content"),
        ("", 1, "it is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_file_line_and_remedy(
    text: str, line: int, told: str
) -> None:
    with pytest.raises(UnsoundContractError) as refused:
        read_contract(text, "c.yaml")
    (remark,) = refused.value.remarks
    assert told in str(remark)
    assert str(remark).startswith(f"c.yaml:{line}: ")
    assert remark.remedy


def test_all_mistakes_are_told_at_once() -> None:
    text = HEAD + COLUMN % "{metric: a, mustBe: 0}, {metric: b, mustBe: 0}"
    with pytest.raises(UnsoundContractError) as refused:
        read_contract(text, "c.yaml")
    assert len(refused.value.remarks) == 2


def test_a_table_among_several_is_named() -> None:
    two = HEAD + "  - name: lines\n    properties:\n      - {name: no, logicalType: integer}\n"
    assert read_contract(two, "c.yaml", "lines").columns[0].name == "no"
    with pytest.raises(UnsoundContractError, match="no table other among orders, lines"):
        read_contract(two, "c.yaml", "other")


RULES = (
    Rule(id="a", check=checks.NotNull(), columns=("name",), max_fraction=0.25),
    Rule(id="b", check=checks.KeyUnique(), columns=("id", "name"), on_fail=OnFail.STOP),
    Rule(id="c", check=checks.InSet(values=("x", "y", 3)), columns=("name",), where="id > 3"),
    Rule(id="d", check=checks.InSet(values=("x",), ignore_case=True), columns=("name",)),
    Rule(id="e", check=checks.MatchesRegex(pattern="[a-z]+"), columns=("name",)),
    Rule(id="f", check=checks.InRange(minimum=0), columns=("id",), severity=Severity.WARN),
    Rule(id="g", check=checks.RowCondition(condition="id > 0"), max_fraction=0.1),
    Rule(id="h", check=checks.FreshWithin(seconds_max=3600), columns=("at",)),
    Rule(id="i", check=checks.SchemaMatches(exact=True)),
    Rule(id="j", check=checks.Drift(edges=(1,), shares=(0.5, 0.5)), columns=("id",)),
    Rule(id="k", check=checks.RowCountBetween(minimum=1), dimension=Dimension.VALIDITY),
)
CONTRACT = TableContract(
    table="people",
    columns=(
        ColumnContract(name="id", data_type=DataType.BIGINT, nullable=False),
        ColumnContract(name="name", data_type=DataType.VARCHAR, aliases=("Name",)),
        ColumnContract(name="at", data_type=DataType.TIMESTAMP, formats=("%Y-%m-%d",)),
        ColumnContract(name="height", data_type=DataType.DOUBLE, unit="cm"),
    ),
    key=("id",),
    rules=RULES,
)


def with_dimension(rules: tuple[Rule, ...]) -> list[Rule]:
    """Return the rules with the dimension that they count in by default."""
    return [rule.model_copy(update={"dimension": rule.counts_as}) for rule in rules]


def test_what_is_written_reads_back() -> None:
    declared = read_contract(write_contract(CONTRACT), "people.yaml")
    read = {
        rule.id: rule.model_copy(update={"dimension": rule.counts_as}) for rule in declared.rules
    }
    meant = {rule.id: rule.model_copy(update={"dimension": rule.counts_as}) for rule in RULES}
    assert read == meant
    assert declared.key == CONTRACT.key
    for ours, theirs in zip(CONTRACT.columns, declared.columns, strict=True):
        assert (theirs.name, theirs.data_type, theirs.nullable) == (
            ours.name, ours.data_type, ours.nullable,
        )  # fmt: skip
        assert (theirs.aliases, theirs.unit) == (ours.aliases, ours.unit)


def test_a_proposed_rule_is_written_as_a_warning_with_its_support() -> None:
    proposed = Rule(
        id="p",
        check=checks.NotNull(),
        columns=("name",),
        origin=Origin.PROPOSED,
        support=Support(rows=100, followed=99),
    )
    text = write_contract(CONTRACT.model_copy(update={"rules": (proposed,)}))
    assert "Followed by 99 of 100 values." in text
    (read,) = read_contract(text, "people.yaml").rules
    assert (read.origin, read.severity) == (Origin.PROPOSED, Severity.WARN)
