"""A plan's hash: equal for equal plans, however late which part of them was decomposed.

Each task and each choice is hashed by itself, and the hashes are added, so that a decomposition
adds its part at its own cost and the order of arrival makes no difference.
"""

from collections.abc import Iterable
from hashlib import sha256

from planner.domain.htn.nodes import Choice, Node
from planner.domain.model.tasks import Domain
from shared.kernel.signing import canonical_bytes

_MODULUS = 1 << 256
_DIGITS = 64


def plan_hash_of(domain: Domain, root: Node) -> str:
    """Return the hash of a plan that is its root alone."""
    seed = _hash_of({"domain": domain.name, "version": domain.version})
    return extended(_text_of(seed), (root,), ())


def extended(plan_hash: str, nodes: Iterable[Node], choices: Iterable[Choice]) -> str:
    """Return the hash, in 64 hexadecimal digits, of the plan with these tasks and choices added."""
    total = int(plan_hash, 16)
    for node in nodes:
        total += _hash_of(
            {
                "path": node.path,
                "task": node.task.name,
                "arguments": node.arguments,
                "inputs": node.inputs,
                "outputs": node.outputs,
                "after": node.after,
            }
        )
    for choice in choices:
        if choice.method:
            rejected = [[each.method, each.reason] for each in choice.rejected]
            total += _hash_of({"path": choice.path, "by": choice.method, "rejected": rejected})
    return _text_of(total)


def _text_of(total: int) -> str:
    return f"{total % _MODULUS:0{_DIGITS}x}"


def _hash_of(document: dict[str, object]) -> int:
    return int.from_bytes(sha256(canonical_bytes(document)).digest(), "big")
