"""Pages name things that exist, and decisions have the form that makes them useful."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("s*/**/README.md"))
    if ".venv" not in page.parts
)
SECTIONS = [
    *("Context", "Decision", "Consequences"),
    *("Violated when", "Enforced by", "Alternatives"),
]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    local = [target for target in targets if not target.startswith(("http", "mailto"))]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("adr", ADRS, ids=name_of)
def test_a_decision_has_every_section_in_order(adr: Path) -> None:
    text = adr.read_text()
    assert re.match(rf"# {adr.name[:4]}\. .+\n\nStatus: \w+ · Area: .+ · Date: [\d-]+\n", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS


def test_the_index_lists_every_decision_once() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    assert re.findall(r"\(([\w-]+\.md)\)", index) == [adr.name for adr in ADRS]


def test_every_safeguard_has_its_place_among_the_invariants() -> None:
    page = (ROOT / "docs" / "invariants.md").read_text()
    source = (ROOT / "shared/src/shared/kernel/safeguards.py").read_text()
    switches = re.findall(r"^    (\w+): bool", source, re.MULTILINE)
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == switches


def test_every_invariant_is_numbered_once() -> None:
    page = (ROOT / "docs" / "invariants.md").read_text()
    assert re.findall(r"^\| (I\d+) \|", page, re.MULTILINE) == [
        f"I{number}" for number in range(1, 14)
    ]


def test_every_path_in_the_architecture_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    packages = {"shared": "shared", "planner": "services/planner", "hub": "services/hub"}
    packages |= {"agent_worker": "services/agent-worker", "consensus": "services/consensus"}
    named = re.findall(r"`(shared|planner|hub|agent_worker|consensus)/([\w/]+(?:\.py|/))`", text)
    paths = [ROOT / packages[package] / "src" / package / rest for package, rest in named]
    assert paths
    assert [str(path) for path in paths if not path.exists()] == []
