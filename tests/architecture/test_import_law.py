"""Each import contract of the root pyproject.toml breaks when its law is broken.

The contracts run over a skeleton of empty modules in which one import is planted; a contract
that stays green there would watch over nothing.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("hub", "planner", "consensus", "agent_worker")
ANATOMY = ("__main__", "wiring", "api", "handlers", "settings", "domain")
LAW = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
CONTRACTS: dict[str, dict[str, list[str]]] = {contract["id"]: contract for contract in LAW}
KAFKA_FILES = CONTRACTS["kafka-behind-its-adapter"]["allowed_importers"]
CHOOSERS = CONTRACTS["wiring-chooses-adapters"]["allowed_importers"]
COMMANDS = [module for module in CHOOSERS if module.startswith("argosy.")]
SKELETON = {
    **{f"shared.{layer}": "" for layer in ("engine", "ports", "contracts", "kernel")},
    **dict.fromkeys(KAFKA_FILES, "import aiokafka"),
    "shared.adapters.store": "import alembic, sqlalchemy, sqlite3",
    **{f"{service}.{module}": "" for service in SERVICES for module in ANATOMY},
    "agent_worker.capabilities.engines.spark_engine": "import py4j, pyspark",
    **dict.fromkeys(COMMANDS, "import shared.adapters.store"),
}

VIOLATIONS = [
    ("independent-services", "hub.api", "import planner.domain"),
    ("shared-below-services", "shared.engine", "import hub.domain"),
    ("layers-of-shared", "shared.kernel", "import shared.contracts"),
    ("layers-of-shared", "shared.engine", "import shared.adapters"),
    ("layers-of-shared", "shared.utilities", ""),
    ("anatomy-of-services", "hub.domain", "import hub.handlers"),
    ("anatomy-of-services", "planner.managers", ""),
    ("pure-decisions", "consensus.domain", "import time"),
    ("pure-decisions", "planner.handlers", "import asyncio"),
    ("pure-decisions", "shared.contracts", "import shared.ports"),
    ("wiring-chooses-adapters", "hub.api", "import shared.adapters"),
    ("kafka-behind-its-adapter", "shared.adapters", "import aiokafka"),
    ("databases-behind-the-ports", "planner.wiring", "import sqlalchemy"),
    ("spark-behind-its-engine", "agent_worker.domain", "import pyspark"),
]


def grow(tree: Path, module: str, content: str) -> None:
    *packages, name = module.split(".")
    for depth in range(1, len(packages) + 1):
        package = tree.joinpath(*packages[:depth])
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
    as_package = tree.joinpath(*packages, name)
    file = as_package / "__init__.py" if as_package.is_dir() else as_package.with_suffix(".py")
    file.write_text(content)


def is_kept(tree: Path, contract: str) -> bool:
    script = "from importlinter.cli import lint_imports_command as run; run()"
    arguments = ["--config", str(ROOT / "pyproject.toml"), "--contract", contract, "--no-cache"]
    finished = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    kept, broken = "1 kept, 0 broken" in finished.stdout, "0 kept, 1 broken" in finished.stdout
    assert kept != broken, finished.stdout + finished.stderr
    return kept


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    for module, content in SKELETON.items():
        grow(tmp_path, module, content)
    return tmp_path


@pytest.mark.parametrize("contract", CONTRACTS)
def test_each_contract_is_kept_by_the_bare_anatomy(skeleton: Path, contract: str) -> None:
    assert is_kept(skeleton, contract)


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_planted_import_breaks_its_contract(
    skeleton: Path, contract: str, module: str, line: str
) -> None:
    grow(skeleton, module, line)
    assert not is_kept(skeleton, contract)


def test_each_contract_has_a_planted_import() -> None:
    assert set(CONTRACTS) == {name for name, _, _ in VIOLATIONS}
