"""A domain in YAML is read as it stands, or refused with every place and reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.model.formulas import And, Atom, Expression, Typed
from planner.domain.model.tasks import Domain, ForEach, Method, Network, Step, Task
from planner.domain.model.work import Duration, Executor, Retry, Work
from planner.domain.remarks import UnsoundDomainError
from planner.domain.yaml_format.reading import read_yaml
from planner.domain.yaml_format.tree import BYTES_MAX, DEPTH_MAX
from shared.contracts.vocabulary import DataTaskType

BAKING = """\
domain: baking
version: "2"
tasks:
  bake:
    type: abstract
    description: Bake cakes.
    parameters: [orders, hot]
    outputs: ["cake:*"]
  bake_one:
    type: primitive
    parameters: [order, grams]
    outputs: ["cake:{order.name}"]
    needs: [oven]
    effects: [smell]
    work:
      capability: baker
      executor: consensus
      duration: {seconds: 2, seconds_per_mebibyte: 0.5, size: order.bytes}
      timeout_seconds: 30
      retry: {attempts_max: 5, codes: [burnt]}
      memory_mebibytes: 64
      compensation: eat
  wash: {type: primitive, work: {}}
methods:
  - name: each_order
    task: bake
    when: size(orders) > 0
    for_each: {order: orders, label: order.name}
    steps:
      - {task: bake_one, arguments: {grams: 500}}
  - name: nothing
    task: bake
    when: [hot, "size(orders) == 0"]
    steps: [wash, {task: wash, name: dry, after: [wash]}]
"""

BAKE_ONE = Task(
    "bake_one",
    DataTaskType.PRIMITIVE,
    parameters=(Typed("order"), Typed("grams")),
    outputs=("cake:{order.name}",),
    needs=("oven",),
    facts=("smell",),
    work=Work(
        "baker",
        Executor.CONSENSUS,
        Duration(2, 0.5, "order.bytes"),
        30,
        Retry(5, codes=("burnt",)),
        64,
        "eat",
    ),
)

WRONG = [
    ("type: abstract", "type: concrete", 5, "tasks.bake.type: Input should be 'abstract'"),
    ("    type: abstract\n", "", 4, "tasks.bake.type: this key is missing"),
    ("    type: abstract", "    tpye: abstract", 5, "tasks.bake.tpye: there is no such key here"),
    ("[orders, hot]", "orders", 7, "tasks.bake.parameters: Input should be a valid list"),
    ("[orders, hot]", "[orders, 7]", 7, "tasks.bake.parameters.1: Input should be a valid string"),
    ('version: "2"', "version: 2", 2, "version: Input should be a valid string"),
    ("timeout_seconds: 30", "timeout_seconds: soon", 19, "timeout_seconds: Input should be"),
    ("timeout_seconds: 30", "timeout_seconds: 0", 19, "Input should be greater than 0"),
    (
        "  wash:",
        "  bake_one:",
        23,
        "bake_one stands here for the second time; the first is in line 9",
    ),
    ("name: nothing", "name: each_order", 31, "another one of this name is at baking.yaml:25"),
    ("{grams: 500}", "{gramms: 500}", 30, "bake_one has no parameter gramms"),
    ("{grams: 500}", "{grams: [500]}", 30, "grams: Input should be a valid string"),
    (", name: dry", "", 34, "two steps are called wash"),
    ("after: [wash]", "after: [wish]", 34, "dry comes after wish, which is no step"),
    (", label: order.name", "", 28, "for_each holds one variable with its list, and `label`"),
    ("arguments: {grams: 500}}", "}\n      - wash", 29, "one step, not 2"),
    ("steps: [wash,", "steps: [wash, {tusk: wash},", 34, "steps.1.task: this key is missing"),
    ("domain: baking", "domain: &name baking\nx: *name", 2, "`*name` is an alias"),
    ("domain: baking", "domain: !!str baking", 1, "is a tag"),
    ("domain: baking", "domain: [baking", 2, "this is no YAML"),
    ("domain: baking", 'domain: "\\u0000\0"', 1, "this is no YAML"),
    ("domain: baking", "---\na: b\n---\ndomain: baking", 3, "a second document begins here"),
    ("domain: baking", "[a]: baking", 1, "a key is no text"),
    ("domain: baking", "domain: " + "[" * DEPTH_MAX + "]" * DEPTH_MAX, 1, "nested more than"),
    ("domain: baking", "#" + "x" * BYTES_MAX, 1, "bytes, at most"),
]


def refusal(**files: str) -> list[str]:
    with pytest.raises(UnsoundDomainError) as unsound:
        read_yaml({f"{name}.yaml": text for name, text in files.items()})
    assert all(each.remedy for each in unsound.value.remarks)
    return str(unsound.value).splitlines()


def test_everything_in_a_file_is_read() -> None:
    bake = Task(
        "bake",
        DataTaskType.ABSTRACT,
        parameters=(Typed("orders"), Typed("hot")),
        outputs=("cake:*",),
        description="Bake cakes.",
    )
    each = Step("bake_one", "bake_one", (Expression("order"), Expression("500")))
    each_order = Method(
        "each_order",
        Atom("bake"),
        Network((each,)),
        precondition=And((Expression("size(orders) > 0"),)),
        for_each=ForEach(Expression("orders"), "order", "order.name"),
    )
    nothing = Method(
        "nothing",
        Atom("bake"),
        Network((Step("wash", "wash"), Step("dry", "wash")), ((0, 1),)),
        precondition=And((Expression("hot"), Expression("size(orders) == 0"))),
    )
    wash = Task("wash", DataTaskType.PRIMITIVE, work=Work("wash"))
    tasks = {"bake": bake, "bake_one": BAKE_ONE, "wash": wash}
    expected = Domain("baking", "2", tasks, {"bake": (each_order, nothing)})
    assert read_yaml({"baking.yaml": BAKING}) == expected


def test_every_part_keeps_its_file_and_line() -> None:
    domain = read_yaml({"baking.yaml": BAKING})
    assert domain.place_of("task bake_one") == ("baking.yaml", 9)
    assert domain.place_of("method nothing") == ("baking.yaml", 31)
    assert domain.place_of("method nothing when") == ("baking.yaml", 33)
    assert domain.place_of("method nothing step dry") == ("baking.yaml", 34)


@pytest.mark.parametrize(("text", "replacement", "line", "reason"), WRONG)
def test_a_wrong_file_is_refused_with_its_line(
    text: str, replacement: str, line: int, reason: str
) -> None:
    assert text in BAKING
    remarks = refusal(baking=BAKING.replace(text, replacement, 1))
    place = f"baking.yaml:{line}: error: "
    assert [each for each in remarks if each.startswith(place) and reason in each], remarks


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = BAKING.replace("abstract", "concrete").replace("size: order", "sise: order")
    assert len(refusal(first=text, second="[]")) == 3


def test_several_files_make_up_one_domain() -> None:
    tasks, methods = BAKING.split("methods:")
    head = 'domain: baking\nversion: "2"\nmethods:'
    together = read_yaml({"tasks.yaml": tasks, "methods.yaml": head + methods})
    assert together == read_yaml({"baking.yaml": BAKING})
    assert together.place_of("method nothing") == ("methods.yaml", 10)


def test_files_of_different_domains_are_refused() -> None:
    other = 'domain: brewing\nversion: "2"\ntasks: {wash: {type: primitive}}'
    remarks = refusal(baking=BAKING, brewing=other)
    assert any("brewing.yaml:1: error: domain is 'brewing' here" in each for each in remarks)
    assert any("task wash: another one of this name" in each for each in remarks)


def test_words_of_other_languages_stay_text() -> None:
    text = BAKING.replace("description: Bake cakes.", "description: yes")
    assert read_yaml({"baking.yaml": text}).tasks["bake"].description == "yes"


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,? \n\t0", max_size=60))
def test_any_text_is_a_domain_or_is_refused_with_a_line(text: str) -> None:
    assert refusal(any=text)[0].startswith("any.yaml:")
