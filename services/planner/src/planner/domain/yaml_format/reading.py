"""Reading a domain: texts in, one domain out, or all that is wrong with them.

A method's variables are the parameters and needs of its task, under the same names, so the atom of
its task has no terms; all arguments of steps are expressions.
"""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.domain.model.tasks import Domain
from planner.domain.remarks import Remark, UnsoundDomainError
from planner.domain.yaml_format.building import (
    File,
    merged,
    named_parts,
    step_name,
    wrong_arguments,
)
from planner.domain.yaml_format.shapes import LABEL, DomainShape, StepShape
from planner.domain.yaml_format.tree import Tree, read_tree


def read_yaml(texts: Mapping[str, str]) -> Domain:
    """Return the domain that these files, texts by name, make up together.

    Raises:
        UnsoundDomainError: they make up none; it names everything that is wrong with their form.
    """
    files: list[File] = []
    remarks: list[Remark] = []
    for source, text in texts.items():
        try:
            files.append(_read_file(text, source))
        except UnsoundDomainError as error:
            remarks += error.remarks
    remarks += _differences(files)
    remarks += wrong_arguments(files)
    if remarks:
        raise UnsoundDomainError(remarks)
    return merged(files)


def _read_file(text: str, source: str) -> File:
    tree = read_tree(text, source)
    try:
        shape = DomainShape.model_validate(tree.content)
    except ValidationError as error:
        found = (_shape_remark(each, tree, source) for each in error.errors(include_url=False))
        raise UnsoundDomainError(dict.fromkeys(found)) from None
    file = File(source, tree, shape)
    remarks = [
        each
        for number in range(len(shape.methods))
        for each in (*_check_steps(file, number), *_check_repetition(file, number))
    ]
    if remarks:
        raise UnsoundDomainError(remarks)
    return file


def _shape_remark(error: ErrorDetails, tree: Tree, source: str) -> Remark:
    place = tuple(part for part in error["loc"] if part != "[key]")
    keys = ".".join(str(part) for part in place if not _is_variant(part))
    match error["type"]:
        case "extra_forbidden":
            detail, remedy = "there is no such key here", "correct its spelling, or leave it out"
        case "missing":
            detail, remedy = "this key is missing", "add it"
        case _:
            detail, remedy = error["msg"], "see docs/domains.md for what stands here"
    return Remark(source, tree.line(place), keys, detail, remedy)


def _is_variant(part: str | int) -> bool:
    """Return whether it names one of several forms that a value may have, and no key."""
    return isinstance(part, str) and " " in part


def _check_steps(file: File, number: int) -> Iterator[Remark]:
    method = file.shape.methods[number]
    part, place = f"method {method.name}", ("methods", number, "steps")
    names = [step_name(step) for step in method.steps]
    for at, step in enumerate(method.steps):
        if names[at] in names[:at]:
            detail, remedy = f"two steps are called {names[at]}", "give one of them another `name`"
            yield file.remark((*place, at), part, detail, remedy)
        for earlier in step.after if isinstance(step, StepShape) else ():
            if earlier not in names:
                detail = f"{names[at]} comes after {earlier}, which is no step"
                yield file.remark((*place, at, "after"), part, detail, "name a step")


def _check_repetition(file: File, number: int) -> Iterator[Remark]:
    method = file.shape.methods[number]
    part, place = f"method {method.name}", ("methods", number)
    if method.for_each is None:
        return
    if len(method.for_each) != 2 or LABEL not in method.for_each:  # noqa: PLR2004 -- a variable and the label
        detail = "for_each holds one variable with its list, and `label`"
        remedy = "write {partition: partitions, label: partition.name}"
        yield file.remark((*place, "for_each"), part, detail, remedy)
    if len(method.steps) != 1:
        detail = f"a method with for_each has one step, not {len(method.steps)}"
        remedy = "make the steps a method of a compound task, and that task the step"
        yield file.remark((*place, "steps"), part, detail, remedy)


def _differences(files: Sequence[File]) -> Iterator[Remark]:
    """Yield where files say different things about the domain, or the same name twice."""
    seen: dict[str, str] = {}
    for file in files:
        for key in ("domain", "version"):
            own, first = getattr(file.shape, key), getattr(files[0].shape, key)
            if own != first:
                detail = f"{key} is {own!r} here and {first!r} in {files[0].source}"
                yield file.remark((key,), "", detail, "let all files of one domain say the same")
        for part, place in named_parts(file.shape):
            here = f"{file.source}:{file.tree.line(place)}"
            if seen.setdefault(part, here) != here:
                detail = f"another one of this name is at {seen[part]}"
                yield file.remark(place, part, detail, "rename one of them, or remove it")
