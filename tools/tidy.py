"""Taste as a program: house rules that no linter knows, each with its advice (CONTRIBUTING.md).

A rule yields the lines of a file that break it; tests/architecture/test_tidy.py sees each fire.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
TEST_NAME_WORDS_MIN = 3

SKIPPED_FOLDERS = {"__pycache__", "node_modules", "goldens"}
VAGUE_NAMES = {
    *("data", "info", "obj", "tmp", "temp", "result", "item", "items", "stuff", "thing"),
    *("helper", "helpers", "util", "utils", "manager", "common", "misc", "foo", "bar", "baz"),
}
SHORT_WORDS = {"_", "at", "by", "go", "id", "in", "is", "no", "of", "ok", "on", "or", "to", "up"}
MOCKS = {"monkeypatch", "mocker"}

UNFINISHED = re.compile(r"\b(?:T[O]DO|FIX[M]E|X[X]X|HA[C]K)\b")
BARE_SUPPRESSION = re.compile(
    r"#\s*(?:type:\s*ignore(?!\[)|pyright:\s*ignore(?!\[)|noqa(?!:\s*[A-Z]+\d))"
)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Complaint = tuple[int, str]
"""A line, and what to do about it."""


@dataclass(frozen=True)
class Source:
    """One file as the rules see it; `tree` and `nodes` are empty when it is no Python."""

    path: Path
    text: str
    tree: ast.Module = field(default_factory=lambda: ast.Module([], []))
    nodes: tuple[ast.AST, ...] = ()

    @property
    def is_test(self) -> bool:
        """Whether pytest collects this file."""
        return self.path.name.startswith("test_") or self.path.name.endswith("_suite.py")

    def functions(self) -> Iterator[Function]:
        """Yield every function, however deeply nested."""
        for node in self.nodes:
            if isinstance(node, Function):
                yield node


Rule = Callable[[Source], Iterator[Complaint]]


def parse(path: Path, text: str) -> Source:
    """Return the file ready for the rules."""
    if path.suffix != ".py":
        return Source(path, text)
    tree = ast.parse(text, str(path))
    return Source(path, text, tree, tuple(ast.walk(tree)))


def short_files(source: Source) -> Iterator[Complaint]:
    """A file fits into one reading."""
    lines = source.text.count("\n")
    if source.path.suffix == ".py" and lines > FILE_LINES_MAX:
        yield 1, f"file has {lines} lines, at most {FILE_LINES_MAX}: split it by what it holds"


def short_functions(source: Source) -> Iterator[Complaint]:
    """A function fits on one screen."""
    for function in source.functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            advice = f"at most {FUNCTION_LINES_MAX}: take a step out and name it"
            yield function.lineno, f"`{function.name}` has {lines} lines, {advice}"


def opened_modules(source: Source) -> Iterator[Complaint]:
    """A module opens with what it is for."""
    if source.tree.body and ast.get_docstring(source.tree) is None and not source.is_test:
        yield 1, "no module docstring: say what the module is for and the idea behind it"


def finished_work(source: Source) -> Iterator[Complaint]:
    """Nothing is put off in the code."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if source.path.suffix == ".py" and UNFINISHED.search(line):
            yield number, "unfinished work: do it, or open an issue"


def coded_suppressions(source: Source) -> Iterator[Complaint]:
    """A checker is silenced for one named reason, or not at all."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if source.path.suffix == ".py" and BARE_SUPPRESSION.search(line):
            yield number, "suppression without a code: name the rule, and say why"


def names_of(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the names that a node brings into the world, with their lines."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.lineno, node.name
        case ast.arg():
            yield node.lineno, node.arg
        case ast.Name(ctx=ast.Store()):
            yield node.lineno, node.id
        case ast.Attribute(ctx=ast.Store()):
            yield node.lineno, node.attr
        case _:
            pass


def telling_names(source: Source) -> Iterator[Complaint]:
    """A name says which thing it is."""
    named = chain([(1, source.path.stem)], *(names_of(node) for node in source.nodes))
    for line, name in named if source.nodes else ():
        word = name.strip("_").lower()
        if word in VAGUE_NAMES:
            yield line, f"`{name}` could be anything: say which one it is"
        elif len(word) in {1, 2} and word not in SHORT_WORDS:
            yield line, f"`{name}` is too short to be a word: spell it out"


def promising_tests(source: Source) -> Iterator[Complaint]:
    """A test is a function whose name is a promise, or a suite run over one adapter."""
    for node in source.nodes if source.is_test else ():
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test") and not node.bases:
            yield node.lineno, f"`{node.name}` runs no suite: tests are functions"
        if isinstance(node, Function) and node.name.startswith("test_"):
            words = node.name.removeprefix("test_").split("_")
            if len(words) < TEST_NAME_WORDS_MIN or node.name != node.name.lower():
                yield node.lineno, f"`{node.name}` is no promise: say in words what holds"


def real_parts(source: Source) -> Iterator[Complaint]:
    """Tests use the real thing or another adapter, never a mock."""
    for node in source.nodes:
        if isinstance(node, ast.arg):
            is_mock = node.arg in MOCKS
        elif isinstance(node, ast.Import | ast.ImportFrom):
            is_mock = any("mock" in name.split(".") for name in imported(node))
        else:
            continue
        if is_mock:
            yield node.lineno, "a mock: use the real part, or another adapter of its port"


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Yield the dotted names that the statement imports."""
    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
    for alias in node.names:
        yield prefix + alias.name


def one_title(source: Source) -> Iterator[Complaint]:
    """A Markdown page has one title, at its top."""
    if source.path.suffix != ".md":
        return
    prose = FENCED.sub(lambda block: "\n" * block[0].count("\n"), source.text)
    titles = [number for number, line in enumerate(prose.splitlines(), 1) if line.startswith("# ")]
    if titles[:1] != [1]:
        yield 1, "the page does not open with its title (`# …`)"
    for number in titles[1:]:
        yield number, "a second title: make it a section (`## …`), or a page of its own"


RULES: tuple[Rule, ...] = (
    short_files,
    short_functions,
    opened_modules,
    finished_work,
    coded_suppressions,
    telling_names,
    promising_tests,
    real_parts,
    one_title,
)


def findings(root: Path) -> Iterator[str]:
    """Yield each complaint about each Python and Markdown file under the folder."""
    for path in sorted(chain(root.rglob("*.py"), root.rglob("*.md"))):
        place = path.relative_to(root)
        if any(part.startswith(".") or part in SKIPPED_FOLDERS for part in place.parts):
            continue
        source = parse(place, path.read_text())
        for rule in RULES:
            yield from (f"{place}:{line}: {advice}" for line, advice in rule(source))


if __name__ == "__main__":
    complaints = "\n".join(findings(Path(__file__).parents[1]))
    sys.exit(complaints or 0)
