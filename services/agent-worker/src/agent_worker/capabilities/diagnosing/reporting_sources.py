"""Sources that report about the same things, and do not agree."""

from collections.abc import Mapping, Sequence
from itertools import product

from agent_worker.capabilities.diagnosing.grouping import HashedTable
from agent_worker.capabilities.recipe_trust import trust_sources
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.diagnosing.reports import (
    ONCE_SHARE_MIN,
    Reports,
    may_be_entity,
    may_be_source,
    plainest,
    reported_columns,
)
from agent_worker.domain.diagnosing.truth import Claims, Trust, settle
from agent_worker.domain.recipe import (
    COPYING_MAX,
    CopyingSources,
    StepAction,
    TrustedSource,
    TrustSources,
)

CANDIDATES_MAX = 60
"""Pairs of columns that are tried as entity and source; each costs some 30 ms."""

COMPARED_CLAIMS_MAX = 300_000
"""Pairs of claims about one thing that are compared in each round; a round of these takes 0.3 s."""

BELIEF_MIN = 0.999
"""One overwritten value in a thousand may have been right."""

COPYING_MIN = 0.05
"""Sources that are less likely to copy are taken to be independent."""


def find_disbelieved(values: ValueTable, hashed: HashedTable) -> Sequence[TrustSources]:
    """Return a step for each column that sources report, if the table is of that kind."""
    reports = _recognise(values, hashed)
    if reports is None:
        return []
    claims = {
        values.columns[place].name: _claims(values, reports, place) for place in reports.reported
    }
    trust = settle(claims)
    steps = (_step(values, reports, place, trust) for place in reports.reported)
    return [step for step in steps if step.changes]


def _recognise(values: ValueTable, hashed: HashedTable) -> Reports | None:
    places = range(len(values.columns))
    entities = [place for place in places if may_be_entity(hashed.counts[place], hashed.rows)]
    sources = [
        place
        for place in places
        if may_be_source(hashed.counts[place])
        and values.columns[place].data_type is DataType.VARCHAR
    ]
    found: list[tuple[Reports, tuple[float, int, float]]] = []
    pairs = [pair for pair in product(entities, sources) if pair[0] != pair[1]]
    for entity, source in pairs[:CANDIDATES_MAX]:
        once = hashed.once_share(entity, source)
        if once >= ONCE_SHARE_MIN:
            others = [place for place in places if place not in {entity, source}]
            by_entity = hashed.group([entity], others)
            reported = reported_columns(by_entity, hashed.group([source], others))
            strength = sum(by_entity[place].strength for place in reported)
            contradicted = sum(not by_entity[place].is_dependency for place in reported)
            reports = Reports(entity, source, reported, contradicted)
            found.append((reports, (once, len(reported), strength)))
    return plainest(found)


def _claims(values: ValueTable, reports: Reports, place: int) -> list[Claims]:
    """Return what each source says of each thing, as many as can be compared."""
    entity, source, cell = f"c{reports.entity}", f"c{reports.source}", f"c{place}"
    rows: list[tuple[Mapping[str, str], int]] = values.query(f"""
        select map_from_entries(list((source, said) order by source)), count(*) from (
            select {entity} as item, {source} as source, min({cell}) as said from {values.name}
            where {entity} is not null and {source} is not null and {cell} is not null
            group by {entity}, {source}
        ) group by item order by md5(item)
    """)
    things: list[Claims] = []
    compared = 0
    for said, voices in rows:
        compared += voices * (voices - 1) // 2
        if compared > COMPARED_CLAIMS_MAX // len(reports.reported):
            break
        things.append(said)
    return things


def _step(values: ValueTable, reports: Reports, place: int, trust: Trust) -> TrustSources:
    column = values.columns[place]
    likely = sorted(trust.copying[column.name].items(), key=lambda each: (-each[1], each[0]))
    copying = tuple(
        CopyingSources(first=first, second=second, likelihood=round(likelihood, 4))
        for (first, second), likelihood in likely[:COPYING_MAX]
        if likelihood >= COPYING_MIN
    )
    trusted = tuple(
        TrustedSource(source=source, accuracy=round(accuracy, 4))
        for source, accuracy in sorted(trust.accuracy.items())
    )
    draft = TrustSources(
        column=column.name,
        # Of quantities, sources may differ rightly: one rounds, one measures at another time.
        action=StepAction.SUSPECTED if column.data_type.is_numeric else StepAction.REPAIRED,
        support=0,
        changes=0,
        confidence=0,
        reason="",
        entity=values.columns[reports.entity].name,
        source=values.columns[reports.source].name,
        trusted=trusted,
        copying=copying,
        belief_min=BELIEF_MIN,
    )
    ((changes, confidence, example),) = values.query(
        "select count(*), coalesce(avg(confidence), 0), min(reason) from "
        f"({trust_sources(draft, values)})"
    )
    told = (
        f"{len(trusted)} sources (`{draft.source}`) report `{column.name}` of each "
        f"`{draft.entity}` and contradict one another in {changes} cells: {example}"
    )
    rest = {"changes": changes, "confidence": round(confidence, 4), "reason": told}
    return draft.model_copy(update=rest | {"support": values.count() - changes})
