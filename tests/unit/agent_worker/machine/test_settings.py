"""What an agent is told at its start: a model and capabilities, or why they cannot be."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from agent_worker.domain.agent import ModelTerms
from agent_worker.settings import Settings
from agent_worker.wiring import model_terms

URL = "http://127.0.0.1:11434/v1"


def test_an_agent_goes_by_the_rules_unless_it_is_told_otherwise() -> None:
    assert model_terms(Settings(model_name="qwen3", model_url=URL)) is None


def test_a_model_has_its_terms_from_the_settings() -> None:
    settings = Settings(
        reasoner="model", model_name="qwen3", model_url=f"{URL}/", model_timeout=7, model_price_in=2
    )
    assert settings.model_url == URL
    assert model_terms(settings) == ModelTerms("qwen3", timeout_seconds=7, price_in=2)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (Settings(reasoner="model", model_url=URL), "needs ARGOSY_MODEL_NAME"),
        (Settings(reasoner="model", model_name="qwen3"), "needs ARGOSY_MODEL_URL"),
        (
            Settings(reasoner="model", model_name="qwen3", model_url="http://ada:key-1@here/v1"),
            "ARGOSY_MODEL_URL has a user in it",
        ),
    ],
)
def test_a_model_that_is_not_described_is_refused_by_the_variable(
    settings: Settings, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as refusal:
        model_terms(settings)
    assert "key-1" not in str(refusal.value)


@pytest.mark.parametrize("url", ["ftp://here/v1", "here/v1", "http://", "http:///v1"])
def test_what_is_no_address_of_an_endpoint_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="write http:// or https:// and a host"):
        Settings(model_url=url)


def test_a_key_comes_from_its_file_or_its_variable_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("key-1\n")
    in_file = Settings(model_api_key_file=str(file))
    assert in_file.model_key() == "key-1"
    given = Settings.model_validate({"model_api_key": "key-2"})
    assert given.model_key() == "key-2"
    assert "key-2" not in f"{given!r}{given.model_dump_json()}"
    both = Settings.model_validate({"model_api_key": "key-2", "model_api_key_file": str(file)})
    with pytest.raises(ValueError, match="both set"):
        both.model_key()


def test_a_capability_that_nobody_has_is_refused_with_a_suggestion() -> None:
    with pytest.raises(ValidationError, match=r"'cleanr' is no capability; did you mean 'cleaner'"):
        Settings(capabilities="reader,cleanr")
