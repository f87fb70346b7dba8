"""A contract's text as plain values, with the line of each part."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from pydantic import JsonValue

from agent_worker.domain.odcs.remarks import ContractRemark, UnsoundContractError

BYTES_MAX = 1 << 20
"""Contracts with a thousand columns have some 300 kB."""

DEPTH_MAX = 24
"""The standard nests ten deep."""

Place = tuple[str | int, ...]
_STANDARD = "tag:yaml.org,2002:"
_NUMBERS = {f"{_STANDARD}int", f"{_STANDARD}float"}
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class ContractTree:
    """A contract as plain values."""

    source: str
    """What errors call it."""
    content: JsonValue
    lines: dict[Place, int] = field(default_factory=dict[Place, int])

    def remark(self, place: Place, detail: str, remedy: str) -> ContractRemark:
        """Return a remark on the part at a place, with the line of the innermost known part."""
        ways = (place[:end] for end in range(len(place), -1, -1))
        known = next((way for way in ways if way in self.lines), ())
        part = ".".join(map(str, place))
        return ContractRemark(self.source, self.lines.get(known, 0), part, detail, remedy)


def read_yaml(text: str, source: str) -> ContractTree:
    """Return what a YAML text holds: no aliases, no tags; dates and words stay texts.

    Raises:
        UnsoundContractError: it is no YAML, or more of it than a contract needs.
    """
    if len(text.encode()) > BYTES_MAX:
        raise _unsound(source, 1, f"it has more than {BYTES_MAX} bytes", "split it")
    lines: dict[Place, int] = {}
    try:
        _refuse_aliases(text, source)
        root = yaml.SafeLoader(text).get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = getattr(error, "problem", None) or "this is no YAML"
        line = mark.line + 1 if mark is not None else 1
        raise _unsound(source, line, str(told), "correct it") from None
    except RecursionError:
        raise _unsound(source, 1, "it nests too deep", f"{DEPTH_MAX} levels are read") from None
    if root is None:
        raise _unsound(source, 1, "it is empty", "write a contract: apiVersion, kind, schema")
    return ContractTree(source, _value(root, (), source, lines), lines)


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=yaml.SafeLoader)  # pyright: ignore[reportUnknownMemberType] -- the stubs leave the stream open


def _refuse_aliases(text: str, source: str) -> None:
    """Refuse texts that grow when they are read."""
    for event in _events(text):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1
            raise _unsound(source, line, "it refers to an anchor", "write the part out")


def _value(node: yaml.Node, place: Place, source: str, lines: dict[Place, int]) -> JsonValue:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if len(place) > DEPTH_MAX:
        raise _unsound(source, line, "it nests too deep", f"{DEPTH_MAX} levels are read")
    match node:
        case yaml.MappingNode():
            return _mapping(node, place, source, lines)
        case yaml.SequenceNode():
            return [_value(each, (*place, at), source, lines) for at, each in enumerate(node.value)]
        case yaml.ScalarNode():
            return _scalar(node)
        case _:
            raise _unsound(source, line, "this is no value", "correct it")


def _mapping(
    node: yaml.MappingNode, place: Place, source: str, lines: dict[Place, int]
) -> JsonValue:
    content: dict[str, JsonValue] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in content:
            raise _unsound(source, line, f"the key {name} stands here twice", "remove one of them")
        lines[*place, name] = line
        content[name] = _value(value, (*place, name), source, lines)
    return content


def _scalar(node: yaml.ScalarNode) -> JsonValue:
    """Read numbers, true, false and null as JSON has them; everything else is text."""
    text = str(node.value)
    if node.style in {"'", '"', "|", ">"}:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if node.tag in _NUMBERS:
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                continue
    return text


def _unsound(source: str, line: int, detail: str, remedy: str) -> UnsoundContractError:
    return UnsoundContractError([ContractRemark(source, line, "", detail, remedy)])
