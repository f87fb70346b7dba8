"""How a contract's column is read from text: one SQL expression for each way of reading.

The ways are tried in order of cost and certainty. The first one is the table's own way to write
the value; a cell read by a later one can be repaired.
"""

from dataclasses import dataclass

from agent_worker.capabilities import sql
from agent_worker.domain.cleaning import CellClass
from agent_worker.domain.data_types import DataType
from agent_worker.domain.formats import BOOLEANS
from agent_worker.domain.schema_contract import ColumnContract


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """The expressions that read one column from a text, named `expression` in SQL."""

    column: ColumnContract
    expression: str
    prefix: str = ""
    """The text of the column that may be glued in front."""

    def strict(self) -> str:
        """Return the value of a text that is written as the table writes it, else NULL."""
        match self.column.data_type:
            case DataType.BIGINT:
                return sql.canonical_integer(self.expression)
            case DataType.DOUBLE:
                return sql.finite_double(self.expression)
            case DataType.BOOLEAN:
                return self._boolean()
            case DataType.DATE | DataType.TIMESTAMP:
                return self._time(self.column.formats[:1])
            case DataType.VARCHAR:
                missing = f"{self.is_absent()} or {self.is_token()}"
                return f"case when not ({missing}) then {self.expression} end"

    def plain(self) -> str:
        """Return the value of a text that has no space around it and is as the table writes it.

        Empty where nothing tells so at once; the space of all texts is taken off then.
        """
        is_exact = self.column.data_type is DataType.BIGINT
        return sql.canonical_integer(self.expression) if is_exact else ""

    def is_absent(self) -> str:
        """Return whether there is no text at all."""
        return f"coalesce({self.expression}, '') = ''"

    def is_token(self) -> str:
        """Return whether the text says that the value is missing."""
        tokens = self.column.null_tokens
        return f"lower({self.expression}) in ({sql.texts(tokens)})" if tokens else "false"

    def respellings(self) -> dict[CellClass, str]:
        """Return the value by each other way of writing it, NULL where a text is not so."""
        column = self.column
        if column.data_type.is_time:
            return {CellClass.FORMAT: self._odd_time()}
        if not column.data_type.is_numeric:
            return {}
        ways: dict[CellClass, str] = {}
        if column.data_type is DataType.BIGINT and self.prefix:
            rest = f"substr({self.expression}, length({self.prefix}) + 1)"
            ways[CellClass.PREFIX] = (
                f"case when {self.prefix} <> '' and starts_with({self.expression}, {self.prefix})"
                f" then {sql.canonical_integer(rest)} end"
            )
        if column.conversions:
            ways[CellClass.UNIT] = self._numeric(self._converted())
        integral, dressed = map(
            self._numeric,
            (sql.integral_double(self.expression), sql.dressed_double(self.expression)),
        )
        ways[CellClass.NUMBER] = f"coalesce({integral}, {dressed})"
        return ways

    def is_implausible(self, number: str) -> str:
        """Return whether the column cannot hold this number."""
        column = self.column
        if not column.data_type.is_numeric:
            return "false"
        doubts = [
            f"{number} < {column.minimum!r}" if column.minimum is not None else "",
            f"{number} > {column.maximum!r}" if column.maximum is not None else "",
            f"{number} % 100 > 59" if column.is_clock else "",
        ]
        return " or ".join(doubt for doubt in doubts if doubt) or "false"

    def _time(self, formats: tuple[str, ...]) -> str:
        parsed = [sql.time_of(self.expression, known) for known in formats]
        return f"cast(coalesce({', '.join(parsed)}) as {self.column.data_type})"

    def _odd_time(self) -> str:
        """Return the time of a text in one of the other formats, or of a day without any sign."""
        compact = f"cast({sql.compact_date(self.expression)} as {self.column.data_type})"
        if len(self.column.formats) == 1:
            return compact
        return f"coalesce({self._time(self.column.formats[1:])}, {compact})"

    def _boolean(self) -> str:
        cases = [
            f"when lower({self.expression}) = {sql.text(word)} then {meaning}"
            for word, meaning in BOOLEANS.items()
        ]
        return f"case {' '.join(cases)} end"

    def _converted(self) -> str:
        unit = sql.unit_of_number(self.expression)
        cases = [
            f"when {sql.text(name)} then {factor!r}"
            for name, factor in self.column.conversions.items()
        ]
        return f"{sql.number_of_unit(self.expression)} * case {unit} {' '.join(cases)} end"

    def _numeric(self, number: str) -> str:
        """Round away what conversion adds; converted numbers have no more than six decimals."""
        if self.column.data_type is DataType.BIGINT:
            return f"try_cast(round({number}) as bigint)"
        return f"round({number}, 6)"
