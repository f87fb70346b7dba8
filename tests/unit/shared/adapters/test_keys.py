"""A part's private key, made once and kept."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.adapters.keys import PRIVATE_KEY_BYTES, private_key_in


def test_a_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "agents" / "a" / "private.key"
    private_key = private_key_in(file)
    assert len(private_key) == PRIVATE_KEY_BYTES
    assert private_key_in(file) == private_key
    assert list(file.parent.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_files_have_two_keys(tmp_path: Path) -> None:
    assert private_key_in(tmp_path / "a") != private_key_in(tmp_path / "b")


def test_who_starts_at_once_on_one_file_has_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(private_key_in, [tmp_path / "shared.key"] * 8))
    assert len(keys) == 1


def test_a_damaged_key_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "private.key").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"has 5 bytes .* delete it to have a new one made"):
        private_key_in(tmp_path / "private.key")
