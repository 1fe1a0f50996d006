"""The folder of the demo is new every time, and has one user at a time."""

import json
from pathlib import Path

import pytest

from .errors import DemoError
from .folder import furnish, only_user_of


def test_what_was_there_goes_and_what_it_linked_to_stays(tmp_path: Path) -> None:
    folder, kept = tmp_path / "demo", tmp_path / "kept"
    for each in (folder, folder / ".storage", kept):
        each.mkdir()
    (folder / ".storage" / "auth").write_text("the user of last time")
    (folder / "home-assistant_v2.db").write_text("the history of last time")
    (kept / "sensor.py").write_text("the integration")
    (folder / "custom_components").symlink_to(kept)

    furnish(folder, 8123)

    assert not (folder / "home-assistant_v2.db").exists()
    assert not (folder / ".storage" / "auth").exists()
    assert (kept / "sensor.py").exists()


def test_it_has_the_integration_of_the_repository(tmp_path: Path) -> None:
    furnish(tmp_path, 8123)
    manifest = tmp_path / "custom_components" / "heatpump_insight" / "manifest.json"
    assert json.loads(manifest.read_text())["domain"] == "heatpump_insight"


def test_it_listens_on_this_machine_alone(tmp_path: Path) -> None:
    furnish(tmp_path, 18123)
    stored = json.loads((tmp_path / ".storage" / "http").read_text())
    assert stored["data"] == {"server_host": ["127.0.0.1"], "server_port": 18123}


def test_a_second_demo_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    refused = pytest.raises(DemoError, match="Another demo")
    with only_user_of(folder), refused, only_user_of(folder):
        pytest.fail("The folder was given away twice")
    with only_user_of(folder):
        assert folder.is_dir()
