"""An elector's look at a source: its own rows of it, read by the rules of the proposal."""

from collections.abc import Iterator, Sequence

from agent_worker.capabilities import sql
from agent_worker.capabilities.judged_table import KEY_REPEATED, KEY_UNUSABLE, JudgedTable
from agent_worker.capabilities.judging import judge
from agent_worker.capabilities.mend_trials import judge_steps
from agent_worker.capabilities.mending import mend_whole
from agent_worker.capabilities.rule_references import referenced_rows
from agent_worker.capabilities.text_table import TextTable
from agent_worker.capabilities.voting.case import Case
from agent_worker.capabilities.voting.drawing import (
    NOTHING_PROMISED,
    Promises,
    draw_rows,
    rows_named,
)
from agent_worker.capabilities.voting.grounds import read_ground, read_rows
from agent_worker.domain.cleaning import UNUSABLE, CellClass
from agent_worker.domain.formats import NULL_TOKENS
from agent_worker.domain.mending import Choice, StepTrial
from agent_worker.domain.rules.rule import Rule
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.voting.contradictions import HEADER_ROW, Contradiction, redacted
from agent_worker.domain.voting.schemas import SampledPartition
from shared.contracts.voting import ChangeKind
from shared.contracts.witnesses import WITNESSES_MAX

EXAMPLES_MAX = 5

RECAST = frozenset({ChangeKind.WIDEN, ChangeKind.NARROW, ChangeKind.RETYPE})
"""Changes that count how many rows they take a value from."""


def look_at_source(uri: str, case: Case) -> SampledPartition:
    """Draw rows of a source and judge them.

    Raises:
        ActionFailedError: the source is gone, lies where nobody may read, or is no table.
    """
    ground = read_ground(case.workshop, uri, case.seat.seed)
    promises = _promises(case.contract, ground) if case.is_declaration else NOTHING_PROMISED
    rows = ground.rows
    drawn = draw_rows(ground, uri, case.seat, case.rows_max, promises)
    chance, telling = (_judged(texts, case) for texts in (drawn.chance, drawn.telling))
    sampled = SampledPartition(
        partition=uri.rpartition("/")[2],
        tally=chance.tally,
        is_whole=drawn.is_whole,
        searched_rows=rows if case.is_declaration else 0,
        telling_rows=telling.texts.rows,
        telling_violations=sum(column.count(*UNUSABLE) for column in telling.tally.columns),
        examples=(*_examples(chance, case), *_examples(telling, case))[:EXAMPLES_MAX],
        steps=_try_recipe(chance, case),
        contradictions=(*_in_header(uri, chance, case), *_in_rows(uri, (chance, telling), case)),
    )
    chance.drop()
    telling.drop()
    return sampled


def contradictions_at(uri: str, numbers: Sequence[int], case: Case) -> tuple[Contradiction, ...]:
    """Return what these rows of a source contradict; raises as `look_at_source` does."""
    texts = rows_named(read_rows(case.workshop, uri, numbers), numbers)
    judged = _judged(texts, case)
    found = (*_in_header(uri, judged, case), *_in_rows(uri, (judged,), case))
    judged.drop()
    return found


def _judged(texts: TextTable, case: Case) -> JudgedTable:
    references = referenced_rows(case.workshop, case.contract) if case.is_declaration else {}
    return judge(texts, case.contract, case.workshop.sample_rows_max, references)


def _promises(contract: TableContract, ground: TextTable) -> Promises:
    """Return what a declared contract promises of every row of a source."""
    names = [column.name for column in contract.columns]
    sources = dict(zip(names, contract.sources_of(ground.dialect.header), strict=True))
    key = [sources[name] for name in contract.key]
    required = [sources[column.name] for column in contract.columns if not column.nullable]
    return Promises(
        key=tuple(place for place in key if place is not None) if None not in key else (),
        required=tuple(place for place in required if place is not None),
    )


def _try_recipe(judged: JudgedTable, case: Case) -> tuple[StepTrial, ...]:
    """Return what the proposed recipe finds in a sample, with examples as they may be shown."""
    recipe = judged.contract.recipe
    if not recipe.steps:
        return ()
    mended = mend_whole(judged, recipe, Choice(tried=len(recipe.steps)))
    trials = judge_steps(mended, rows=judged.texts.rows)
    mended.drop()
    redaction = case.workshop.redaction
    return tuple(
        trial.model_copy(
            update={
                "example": tuple(redacted(text, redaction) for text in trial.example),
            }
        )
        for trial in trials
    )


def _examples(judged: JudgedTable, case: Case) -> Iterator[str]:
    """Show some texts that do not fit, each with its column."""
    unusable = ", ".join(f"{cell_class:d}" for cell_class in UNUSABLE)
    for place, column in enumerate(judged.contract.columns):
        if judged.tally.columns[place].count(*UNUSABLE):
            found = judged.rows.filter(f"k{place} in ({unusable})").order("line").limit(2)
            for (text,) in found.project(f"x{place}").fetchall():
                yield f"{column.name}: {redacted(text, case.workshop.redaction)}"


def _in_header(uri: str, judged: JudgedTable, case: Case) -> Iterator[Contradiction]:
    """Name the source's columns that the proposal has no place for."""
    header = judged.texts.dialect.header
    if not case.is_declaration:
        for name in judged.contract.unknown_in(header):
            rule = "is a column of the source and has no place in the proposed schema"
            yield _contradiction(uri, HEADER_ROW, name, rule, name)
    elif judged.tally.schema_mismatch:
        rule = f"is not as declared: {judged.tally.schema_mismatch}"
        yield _contradiction(uri, HEADER_ROW, "schema", rule, ",".join(header))


def _in_rows(uri: str, tables: Sequence[JudgedTable], case: Case) -> Iterator[Contradiction]:
    """Name values that the proposal leaves no room for."""
    for judged in tables:
        if case.is_declaration:
            yield from _undeclared(uri, judged)
        yield from _foreign(uri, judged, case)
    for place, rows_lost in _recast(case):
        lost = [each for judged in tables for each in _lost(uri, judged, place)]
        if len(lost) > rows_lost:
            yield from lost


def _recast(case: Case) -> Iterator[tuple[int, int]]:
    """Return the places of columns that are cast, with how many rows may lose a value by it."""
    places = {column.name: place for place, column in enumerate(case.contract.columns)}
    for change in case.proposal.changes:
        is_counted = change.kind in RECAST and change.rows > 0
        if is_counted and change.column in places and change.rows_lost < WITNESSES_MAX:
            yield places[change.column], change.rows_lost


def _lost(uri: str, judged: JudgedTable, place: int) -> list[Contradiction]:
    column = judged.contract.columns[place]
    rule = f"is no {column.data_type}; the proposal says that fewer values are lost"
    # A text that says that nothing is there loses nothing, whether the contract knows it or not.
    tokens = sql.texts(NULL_TOKENS)
    unreadable = f"k{place} = {CellClass.UNREADABLE:d} and lower(x{place}) not in ({tokens})"
    return list(_named(uri, judged, unreadable, (column.name, f"x{place}"), rule))


def _foreign(uri: str, judged: JudgedTable, case: Case) -> Iterator[Contradiction]:
    """Name values of a column that is not the one under another name that it is said to be."""
    for place, column in enumerate(judged.contract.columns):
        if column.name in case.foreign:
            present = f"k{place} not in ({CellClass.ABSENT:d}, {CellClass.TOKEN:d})"
            rule = case.foreign[column.name]
            yield from _named(uri, judged, present, (column.name, f"x{place}"), rule)


def _undeclared(uri: str, judged: JudgedTable) -> Iterator[Contradiction]:
    """Name values that break what is declared without any tolerance."""
    columns = judged.contract.columns
    for place, column in enumerate(columns):
        if not column.nullable:
            rule = "has no value that can be used, and the contract allows no missing one"
            unusable = f"reason = '{KEY_UNUSABLE}' and v{place} is null"
            yield from _named(uri, judged, unusable, (column.name, f"x{place}"), rule)
    yield from _repeated(uri, judged)
    for test in judged.tests.tests:
        if _is_strict(test.rule) and test.cells:
            place, failed = next(iter(test.cells.items()))
            rule = f"breaks the rule `{test.rule.id}` ({test.rule.told}), which tolerates nothing"
            named = columns[place].name, f"x{place}"
            yield from _named(uri, judged, f"reason = '' and ({failed})", named, rule)


def _is_strict(rule: Rule) -> bool:
    return rule.is_binding and not rule.tolerated


def _repeated(uri: str, judged: JudgedTable) -> Iterator[Contradiction]:
    """Name both rows of a key that occurs twice: one alone would prove nothing."""
    names = [column.name for column in judged.contract.columns]
    if not judged.contract.key:
        return
    places = [names.index(name) for name in judged.contract.key]
    values = ", ".join(f"v{place}" for place in places)
    again = f"select {values} from {judged.name} where reason = '{KEY_REPEATED}'"  # noqa: S608 - a table of our own
    rule = "is a key that another row has as well, and a key occurs once"
    usable = f"reason in ('', '{KEY_REPEATED}') and ({values}) in ({again})"
    cells = f"concat_ws(chr(31), {', '.join(f'x{place}' for place in places)})"
    yield from _named(uri, judged, usable, (", ".join(judged.contract.key), cells), rule)


def _named(
    uri: str, judged: JudgedTable, condition: str, cell: tuple[str, str], rule: str
) -> Iterator[Contradiction]:
    """Name the first values of a column for which the condition holds."""
    column, text = cell
    found = judged.rows.filter(condition).order("line").limit(WITNESSES_MAX + 1)
    for line, value in found.project(f"line, coalesce({text}, {sql.text('')})").fetchall():
        yield _contradiction(uri, line, column, rule, value)


def _contradiction(uri: str, row: int, column: str, rule: str, text: str) -> Contradiction:
    return Contradiction(partition=uri, row=row, column=column, rule=rule, text=text)
