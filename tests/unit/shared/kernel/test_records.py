"""Records and drafts behave as a plain dictionary would, only that drafts change nothing below."""

from collections.abc import Iterable
from typing import ClassVar

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.kernel.records import Change, Draft, Record, Records


class Ship(Record):
    """A record with an index and a rank of its own."""

    kind: ClassVar[str] = "ship"

    name: str
    port: str
    tons: int

    @property
    def key(self) -> str:
        return self.name

    @property
    def rank(self) -> str:
        return f"{self.tons:04}"

    def indexes(self) -> Iterable[tuple[str, str]]:
        return (("port", self.port),)


PORTS = ("lisbon", "goa")
SHIPS = st.builds(
    Ship, name=st.sampled_from("abcdef"), port=st.sampled_from(PORTS), tons=st.integers(0, 3)
)


def in_port(ships: Iterable[Ship], port: str) -> list[Ship]:
    found = [ship for ship in ships if ship.port == port]
    return sorted(found, key=lambda ship: (ship.rank, ship.name))


class Harbour(RuleBasedStateMachine):
    """Steps on a draft over records, beside the same steps on a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.records = Records()
        self.draft = Draft(self.records)
        self.stored: dict[str, Ship] = {}
        self.expected: dict[str, Ship] = {}

    @rule(ship=SHIPS)
    def put(self, ship: Ship) -> None:
        self.draft.put(ship)
        self.expected[ship.name] = ship

    @rule(ship=SHIPS)
    def delete(self, ship: Ship) -> None:
        self.draft.delete(ship)
        self.expected.pop(ship.name, None)

    @rule()
    def apply_the_step(self) -> None:
        self.records.apply(self.draft.changes())
        self.draft = Draft(self.records)
        self.stored = dict(self.expected)

    @rule()
    def throw_the_step_away(self) -> None:
        self.draft = Draft(self.records)
        self.expected = dict(self.stored)

    @invariant()
    def the_draft_shows_its_changes(self) -> None:
        for port in PORTS:
            assert list(self.draft.select(Ship, "port", port)) == in_port(
                self.expected.values(), port
            )
        assert all(self.draft.get(Ship, name) == self.expected.get(name) for name in "abcdef")

    @invariant()
    def the_records_show_only_what_was_applied(self) -> None:
        for port in PORTS:
            assert list(self.records.select(Ship, "port", port)) == in_port(
                self.stored.values(), port
            )
        assert len(self.records) == len(self.stored)


TestHarbour = Harbour.TestCase


@given(ships=st.lists(SHIPS, max_size=8))
def test_a_draft_names_each_changed_record_once_with_its_last_content(ships: list[Ship]) -> None:
    draft = Draft(Records())
    for ship in ships:
        draft.put(ship)
    last = {ship.name: ship for ship in ships}
    assert draft.changes() == tuple(Change("ship", name, ship) for name, ship in last.items())


def test_a_selection_keeps_the_moment_of_its_call() -> None:
    draft = Draft(Records([Ship(name="a", port="goa", tons=1)]))
    selection = draft.select(Ship, "port", "goa")
    draft.put(Ship(name="b", port="goa", tons=2))
    assert [ship.name for ship in selection] == ["a"]


def test_records_of_different_kinds_do_not_meet_under_one_key() -> None:
    class Port(Record):
        kind: ClassVar[str] = "port"

        @property
        def key(self) -> str:
            return "a"

    draft = Draft(Records([Ship(name="a", port="goa", tons=1)]))
    draft.put(Port())
    assert draft.get(Ship, "a") == Ship(name="a", port="goa", tons=1)
