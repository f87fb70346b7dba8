"""`argosy contract`: what is wrong with a contract file, and an agreed contract as a file."""

from pathlib import Path

import pytest

from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from argosy.main import main

SOUND = """\
apiVersion: v3.1.0
kind: DataContract
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, required: true}
"""


def test_a_sound_contract_is_told_in_short(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(SOUND)
    with pytest.raises(SystemExit) as ended:
        main(["contract", "check", str(file)])
    assert ended.value.code == 0
    assert "orders: 1 columns, 0 rules" in capsys.readouterr().err


def test_mistakes_are_told_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(SOUND.replace("logicalType", "logicaltype"))
    with pytest.raises(SystemExit) as ended:
        main(["contract", "check", str(file)])
    assert ended.value.code == 2
    told = capsys.readouterr().out
    assert told.startswith(f"{file}:6: ")
    assert "did you mean logicalType?" in told


def test_an_agreed_contract_becomes_a_file_that_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agreed = TableContract(
        table="orders", columns=(ColumnContract(name="id", data_type=DataType.BIGINT),)
    )
    source, written = tmp_path / "schema_contract.json", tmp_path / "orders.yaml"
    source.write_text(agreed.model_dump_json())
    with pytest.raises(SystemExit):
        main(["contract", "export", str(source)])
    written.write_text(capsys.readouterr().out)
    with pytest.raises(SystemExit) as ended:
        main(["contract", "check", str(written)])
    assert ended.value.code == 0


def test_what_is_no_contract_is_refused_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.json"
    file.write_text("{}")
    with pytest.raises(SystemExit) as ended:
        main(["contract", "export", str(file)])
    assert ended.value.code == 2
    assert "schema_contract" in capsys.readouterr().err
