"""What was learnt about a source is the first hypothesis next time, until the source drifts."""

from agent_worker.domain.data_types import DataType
from agent_worker.domain.learning import Learning, drift_between
from agent_worker.domain.profile import Reading
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from agent_worker.domain.source_memory import SourceMemory, recall_for
from tests.unit.agent_worker.recipes import mapping, thoughts, with_recipe
from tests.unit.agent_worker.workbench import Workbench

HEADER = "id,city,size"
ROWS = [f"{number},{'Berlin' if number % 3 else 'Bremen'},{number % 7}" for number in range(300)]
TYPO = mapping("city", {"Berlim": "Berlin"}, changes=3)


def publish(bench: Workbench, *steps: object) -> None:
    """Publish the sources, cleaned by a recipe of these steps."""
    contract = with_recipe(bench, *steps)  # pyright: ignore[reportArgumentType]
    outcome = bench.publish((contract, *bench.clean(contract)))
    assert outcome.failure is None, outcome.failure


def test_a_source_that_nobody_knows_is_looked_at_afresh(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS)
    bench.propose()
    assert "Nothing is remembered of this source" in thoughts(bench.trace)


def test_a_recipe_that_served_is_the_first_hypothesis(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS, "300,Berlim,1")
    publish(bench, TYPO)
    _, proposed = bench.propose()
    assert [step.column for step in proposed.recipe.steps[:1]] == ["city"]
    assert proposed.recipe.steps[0].changes == 1
    said = thoughts(bench.trace)
    assert "I remember this source: a recipe of 1 step served it before, and 100% of it" in said
    assert "1 of 1 remembered step finds about as much here as then" in said


def test_a_remembered_step_that_finds_far_more_now_is_not_taken(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS, "300,Berlim,1")
    publish(bench, TYPO)
    bench.write("a.csv", HEADER, *ROWS, *(f"{number},Berlim,1" for number in range(300, 340)))
    _, proposed = bench.propose()
    assert "0 of 1 remembered step find" in thoughts(bench.trace)
    assert all(step != TYPO for step in proposed.recipe.steps)


def test_a_step_that_the_partitions_refuse_is_forgotten(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS, *(f"{number},Berlim,1" for number in range(300, 400)))
    publish(bench, TYPO)
    bench.propose()
    assert "Nothing is remembered of this source" in thoughts(bench.trace)


def test_drift_voids_what_was_known_of_the_column(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS, "300,Berlim,1")
    publish(bench, TYPO)
    bench.write("a.csv", HEADER, *(row.replace("Berlin", str(at)) for at, row in enumerate(ROWS)))
    _, proposed = bench.propose()
    assert not proposed.recipe.steps
    said = thoughts(bench.trace)
    assert "But the source has drifted: " in said
    assert "`city` read as text then" in said


def test_proposing_again_with_a_memory_proposes_the_same(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS, "300,Berlim,1", "301,,2")
    first, proposed = bench.propose()
    bench.publish((first, *bench.clean(first)))
    _, again = bench.propose()
    assert again.recipe == proposed.recipe


def learning(**readings: dict[Reading, float]) -> Learning:
    return Learning(rows=100, partitions=(), readings=readings)


def test_drift_names_columns_that_came_went_or_read_otherwise() -> None:
    then = learning(a={Reading.INTEGER: 1.0}, b={Reading.TEXT: 1.0}, c={Reading.TEXT: 0.9})
    now = learning(b={Reading.TEXT: 0.8, Reading.TOKEN: 0.2}, c={Reading.TEXT: 0.95}, d={})
    assert drift_between(then, now).keys() == {"a", "b", "d"}
    assert drift_between(then, then) == {}


def test_a_column_of_another_type_has_drifted() -> None:
    columns = (ColumnContract(name="city", data_type=DataType.BIGINT),)
    memory = SourceMemory(
        table="t",
        recipe=Recipe(steps=(TYPO,)),
        learning=learning(city={}),
        types={"city": DataType.VARCHAR},
        partitions=1,
        steps_tried=1,
        steps_kept=1,
    )
    recalled = recall_for(memory, TableContract(table="t", columns=columns), learning(city={}))
    assert recalled.recipe.steps == ()
    assert recalled.drift == {"city": "`city` was VARCHAR, and reads as BIGINT now"}
