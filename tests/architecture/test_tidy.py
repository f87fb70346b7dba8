"""Each rule of taste fires on what it forbids, and stays silent on what it allows."""

from pathlib import Path

import pytest

from tools import tidy

LONG_FUNCTION = "def voyage():\n" + "    sail()\n" * tidy.FUNCTION_LINES_MAX
LONG_FILE = "sail()\n" * (tidy.FILE_LINES_MAX + 1)

FORBIDDEN = [
    (tidy.short_files, "fleet.py", LONG_FILE),
    (tidy.short_functions, "fleet.py", LONG_FUNCTION),
    (tidy.opened_modules, "fleet.py", "ships = 3"),
    (tidy.finished_work, "fleet.py", "# TO" + "DO: sail"),
    (tidy.coded_suppressions, "fleet.py", "ships = 3  # no" + "qa"),
    (tidy.coded_suppressions, "fleet.py", "ships = 3  # type: " + "ignore"),
    (tidy.coded_suppressions, "fleet.py", "ships = 3  # pyright: " + "ignore"),
    (tidy.telling_names, "fleet.py", "data = 3"),
    (tidy.telling_names, "fleet.py", "def helper(): ..."),
    (tidy.telling_names, "fleet.py", "def sail(to_port, sp): ..."),
    (tidy.telling_names, "fleet.py", "for item in ships: ..."),
    (tidy.telling_names, "utils.py", "ships = 3"),
    (tidy.promising_tests, "test_fleet.py", "def test_sail(): ..."),
    (tidy.promising_tests, "test_fleet.py", "class TestFleet: ..."),
    (tidy.real_parts, "test_fleet.py", "from unittest import mock"),
    (tidy.real_parts, "test_fleet.py", "from unittest.mock import Mock"),
    (tidy.real_parts, "test_fleet.py", "def test_a_ship_sails_home(monkeypatch): ..."),
    (tidy.one_title, "fleet.md", "# Fleet\n\n# Ships\n"),
    (tidy.one_title, "fleet.md", "Ships\n\n# Fleet\n"),
]

ALLOWED = [
    ("fleet.py", '"""Ships."""\nships = 3  # no' + "qa: PLR2004"),
    ("fleet.py", '"""Ships."""\ndef sail(at, to): ...'),
    ("test_fleet.py", "def test_a_ship_sails_home(): ..."),
    ("test_fleet.py", "class TestFleet(FleetSuite): ..."),
    ("fleet.md", "# Fleet\n\n```sh\n# no title\n```\n"),
    ("__init__.py", ""),
]


@pytest.mark.parametrize(("rule", "name", "text"), FORBIDDEN)
def test_a_rule_fires_on_what_it_forbids(rule: tidy.Rule, name: str, text: str) -> None:
    assert list(rule(tidy.parse(Path(name), text)))


@pytest.mark.parametrize(("name", "text"), ALLOWED)
def test_no_rule_fires_on_what_is_allowed(name: str, text: str) -> None:
    source = tidy.parse(Path(name), text)
    assert [rule for rule in tidy.RULES if list(rule(source))] == []


def test_each_rule_is_shown_to_fire() -> None:
    assert {rule for rule, _, _ in FORBIDDEN} == set(tidy.RULES)
