"""Conditions on a row: a part of SQL's expressions, read by our own parser.

    distance > 0 and (status in ('A', 'B') or closed is not null) and finish >= start

There are columns, literals, comparisons, `and`, `or`, `not`, `in`, `between`, `like`, `is null`,
arithmetic and a list of functions. There are no subqueries, tables, casts, variables or other
functions, so a condition can read nothing but its row. Null is unknown, as in SQL.
"""

from collections.abc import Mapping

from agent_worker.domain.data_types import DataType
from agent_worker.domain.rules.condition_tokens import (
    ConditionError,
    Token,
    TokenKind,
    tokens_of,
)
from agent_worker.domain.rules.condition_tree import (
    FUNCTIONS,
    SORT_OF,
    Column,
    Literal,
    Operation,
    Sort,
    Tree,
)
from agent_worker.domain.rules.times import time_problem

DEPTH_MAX = 20
"""Conditions that people write nest three deep."""

_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SUMS = {"+", "-"}
_PRODUCTS = {"*", "/", "%"}
_KEYWORDS = {
    "and", "or", "not", "in", "is", "null", "true", "false", "between", "like", "date", "timestamp",
}  # fmt: skip


def read_condition(condition: str, columns: Mapping[str, DataType]) -> Tree:
    """Return the condition as a tree that is true, false or unknown of a row.

    Raises:
        ConditionError: it is none, compares what cannot be compared, or names no column of these.
    """
    reader = _Reader(condition, columns)
    tree = reader.any_of(0)
    reader.end()
    reader.demand(tree, Sort.TRUTH, "the whole condition")
    return tree


class _Reader:
    """Takes the words of a condition from left to right; a method for each level of binding."""

    def __init__(self, condition: str, columns: Mapping[str, DataType]) -> None:
        self._condition = condition
        self._columns = columns
        self._tokens = tokens_of(condition)
        self._place = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _fails(self, problem: str) -> ConditionError:
        place = self._next.position
        return ConditionError(f"condition {self._condition!r}, character {place}: {problem}")

    def _take(self, kind: TokenKind) -> str:
        token = self._next
        if token.kind is not kind:
            raise self._fails(f"a {kind} belongs here, not {token.text or 'the end'}")
        self._place += 1
        return token.text

    def _takes(self, *words: str) -> bool:
        """Take these words, if they come next."""
        for offset, word in enumerate(words):
            token = self._tokens[min(self._place + offset, len(self._tokens) - 1)]
            if token.kind not in {TokenKind.NAME, TokenKind.MARK} or token.text.lower() != word:
                return False
        self._place += len(words)
        return True

    def _takes_mark(self, marks: Mapping[str, str] | set[str]) -> str:
        if self._next.kind is TokenKind.MARK and self._next.text in marks:
            return self._take(TokenKind.MARK)
        return ""

    def _need(self, word: str) -> None:
        if not self._takes(word):
            raise self._fails(f"{word!r} belongs here, not {self._next.text or 'the end'}")

    def end(self) -> None:
        """Demand that nothing is left."""
        if self._next.kind is not TokenKind.END:
            raise self._fails(f"{self._next.text!r} is one word too many; take it out")

    def demand(self, tree: Tree, sort: Sort, what: str) -> None:
        """Demand that an expression yields something of this sort, or null."""
        if tree.sort not in {sort, Sort.MISSING}:
            raise self._fails(f"{what} is {tree.sort}, and {sort} belongs there")

    def any_of(self, depth: int) -> Tree:
        """Read what `or` joins."""
        tree = self._all_of(depth)
        while self._takes("or"):
            tree = self._joined("or", tree, self._all_of(depth))
        return tree

    def _all_of(self, depth: int) -> Tree:
        tree = self._negated(depth)
        while self._takes("and"):
            tree = self._joined("and", tree, self._negated(depth))
        return tree

    def _joined(self, name: str, left: Tree, right: Tree) -> Tree:
        self.demand(left, Sort.TRUTH, f"what stands left of {name!r}")
        self.demand(right, Sort.TRUTH, f"what stands right of {name!r}")
        return Operation(name, (left, right), Sort.TRUTH)

    def _negated(self, depth: int) -> Tree:
        negations = 0
        while self._takes("not"):
            negations += 1
        tree = self._comparison(depth)
        if not negations:
            return tree
        self.demand(tree, Sort.TRUTH, "what 'not' negates")
        return Operation("not", (tree,), Sort.TRUTH) if negations % 2 else tree

    def _comparison(self, depth: int) -> Tree:
        left = self._sum(depth)
        mark = self._takes_mark(_COMPARISONS)
        if mark:
            return self._compared(_COMPARISONS[mark], left, self._sum(depth))
        if self._takes("is", "not", "null"):
            return Operation("is not null", (left,), Sort.TRUTH)
        if self._takes("is", "null"):
            return Operation("is null", (left,), Sort.TRUTH)
        is_negated = self._takes("not")
        found = self._membership(left, depth)
        if found is None and is_negated:
            raise self._fails("'in', 'between' or 'like' belongs behind this 'not'")
        if found is None:
            return left
        return Operation("not", (found,), Sort.TRUTH) if is_negated else found

    def _membership(self, left: Tree, depth: int) -> Tree | None:
        if self._takes("in"):
            return self._within(left, depth)
        if self._takes("between"):
            low = self._sum(depth)
            self._need("and")
            bounds = self._compared(">=", left, low), self._compared("<=", left, self._sum(depth))
            return Operation("and", bounds, Sort.TRUTH)
        if self._takes("like"):
            self.demand(left, Sort.TEXT, "what stands left of 'like'")
            pattern = Literal(self._take(TokenKind.TEXT), Sort.TEXT)
            return Operation("like", (left, pattern), Sort.TRUTH)
        return None

    def _within(self, left: Tree, depth: int) -> Tree:
        self._need("(")
        listed = [self._compared("=", left, self._sum(depth))]
        while self._takes(","):
            listed.append(self._compared("=", left, self._sum(depth)))
        self._need(")")
        members = tuple(each.operands[1] for each in listed)
        return Operation("in", (left, *members), Sort.TRUTH)

    def _compared(self, name: str, left: Tree, right: Tree) -> Operation:
        if Sort.MISSING in {left.sort, right.sort}:
            raise self._fails("nothing compares with null; write 'is null' or 'is not null'")
        if left.sort is not right.sort:
            raise self._fails(
                f"{left.sort} does not compare with {right.sort}; "
                "times are written as date '2024-05-31' or timestamp '2024-05-31 17:00:00'"
            )
        return Operation(name, (left, right), Sort.TRUTH)

    def _sum(self, depth: int) -> Tree:
        tree = self._product(depth)
        while mark := self._takes_mark(_SUMS):
            tree = self._calculated(mark, tree, self._product(depth))
        return tree

    def _product(self, depth: int) -> Tree:
        tree = self._atom(depth)
        while mark := self._takes_mark(_PRODUCTS):
            tree = self._calculated(mark, tree, self._atom(depth))
        return tree

    def _calculated(self, mark: str, left: Tree, right: Tree) -> Tree:
        self.demand(left, Sort.NUMBER, f"what stands left of {mark!r}")
        self.demand(right, Sort.NUMBER, f"what stands right of {mark!r}")
        return Operation(mark, (left, right), Sort.NUMBER)

    def _atom(self, depth: int) -> Tree:
        if depth > DEPTH_MAX:
            raise self._fails(f"it nests deeper than {DEPTH_MAX}; split it into several rules")
        if self._takes("-"):
            operand = self._atom(depth + 1)
            self.demand(operand, Sort.NUMBER, "what '-' negates")
            return Operation("negative", (operand,), Sort.NUMBER)
        if self._takes("("):
            tree = self.any_of(depth + 1)
            self._need(")")
            return tree
        match self._next.kind:
            case TokenKind.NUMBER:
                return Literal(float(self._take(TokenKind.NUMBER)), Sort.NUMBER)
            case TokenKind.TEXT:
                return Literal(self._take(TokenKind.TEXT), Sort.TEXT)
            case TokenKind.COLUMN:
                return self._column(self._take(TokenKind.COLUMN))
            case TokenKind.NAME:
                return self._named(depth)
            case _:
                raise self._fails("a column or a value belongs here")

    def _named(self, depth: int) -> Tree:
        for word, value in (("true", True), ("false", False)):
            if self._takes(word):
                return Literal(value, Sort.TRUTH)
        if self._takes("null"):
            return Literal(None, Sort.MISSING)
        following = self._tokens[self._place + 1]
        name = self._next.text
        if following.kind is TokenKind.TEXT and name.lower() in {"date", "timestamp"}:
            return self._time()
        if following.text == "(" and following.kind is TokenKind.MARK:
            return self._call(depth)
        if name not in self._columns and name.lower() in _KEYWORDS:
            raise self._fails(f"{name!r} does not belong here")
        return self._column(self._take(TokenKind.NAME))

    def _column(self, name: str) -> Tree:
        known = self._columns.get(name)
        if known is None:
            self._place -= 1
            raise self._fails(f"there is no column {name}; there are {', '.join(self._columns)}")
        return Column(name, SORT_OF[known])

    def _time(self) -> Tree:
        self._take(TokenKind.NAME)
        problem = time_problem(self._next.text)
        if problem:
            raise self._fails(problem)
        return Literal(self._take(TokenKind.TEXT), Sort.TIME)

    def _call(self, depth: int) -> Tree:
        known = FUNCTIONS.get(self._next.text.lower())
        if known is None:
            functions = ", ".join(FUNCTIONS)
            raise self._fails(f"there is no function {self._next.text}; there are {functions}")
        name = self._take(TokenKind.NAME).lower()
        self._need("(")
        operands = [self.any_of(depth + 1)]
        while self._takes(","):
            operands.append(self.any_of(depth + 1))
        self._need(")")
        if len(operands) != len(known.takes):
            raise self._fails(f"{name} takes {len(known.takes)} arguments, not {len(operands)}")
        for operand, sort in zip(operands, known.takes, strict=True):
            self.demand(operand, sort, f"an argument of {name}")
        return Operation(name, tuple(operands), known.yields)
