"""How an elector judges a declared contract: by what its rules come to in rows of its own.

A rule that tolerates nothing is contradicted by one row. One that tolerates a share is judged by
its share, with the doubt that a sample leaves. What a sample cannot tell (how many rows there are,
how fresh they are) is left to who reads all of them.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.mending_told import counted
from agent_worker.domain.rules.findings import RuleCount, merge_rule_counts
from agent_worker.domain.rules.rule import TABLE_KINDS, Rule
from agent_worker.domain.voting.bounds import lower_bound
from agent_worker.domain.voting.schemas import SampledPartition, judge_sample
from shared.contracts.voting import VoteChoice


def judge_contract(
    rules: Sequence[Rule], samples: Sequence[SampledPartition], electors: int
) -> VoteOutcome:
    """Vote on a declared contract by samples of the data that it speaks of."""
    read = judge_sample(samples, electors=electors)
    counts = {
        count.rule: count
        for count in merge_rule_counts(each for one in samples for each in one.tally.rules)
    }
    asked = [rule for rule in rules if rule.id in counts and rule.check.kind not in TABLE_KINDS]
    broken = [_told(rule, counts[rule.id]) for rule in asked if _is_broken(rule, counts[rule.id])]
    searched = sum(sample.searched_rows for sample in samples)
    told = (
        f"I searched {counted(searched, 'row')} for keys that occur twice and required values that "
        f"are missing. {len(asked) - len(broken)} of {counted(len(asked), 'rule')} that a sample "
        "can tell of hold in mine."
    )
    update: dict[str, object] = {"reason": " ".join((read.reason, told, *broken))}
    if broken:
        update |= {"choice": VoteChoice.REJECT, "confidence": 0.95}
    return read.model_copy(update=update)


def _is_broken(rule: Rule, count: RuleCount) -> bool:
    return rule.is_binding and lower_bound(count.failed, count.evaluated) > rule.tolerated


def _told(rule: Rule, count: RuleCount) -> str:
    return (
        f"Rule `{rule.id}` ({rule.told}) fails in {count.failed} of {count.evaluated} rows, where "
        f"{rule.tolerated:.1%} may."
    )
