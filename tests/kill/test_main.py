"""The program: what it takes for a success, and what it leaves."""

import asyncio
from pathlib import Path
import tempfile
from typing import override
from unittest.mock import AsyncMock, Mock

import pytest

from . import __main__ as program
from .__main__ import _main, _options
from .phases import Phase

OPTIONS = _options(["--kills", "4", "--days", "1"])


class Idle(Phase):
    """Lives in which nothing is written."""

    name = "idleness"

    @override
    def prepare(self, number: int) -> None:
        """Make nothing to do."""

    @override
    async def kill_once(self, number: int) -> bool:
        """Return whether the kill came amid the writes."""
        return False


class Busy(Idle):
    """Lives of which the second one is cut off amid its writes."""

    name = "work"

    @override
    async def kill_once(self, number: int) -> bool:
        """Return whether the kill came amid the writes."""
        return number == 1


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the program makes its folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_home_assistant(
    folders: Path, monkeypatch: pytest.MonkeyPatch, socket_enabled: None
) -> None:
    """Let there be no Home Assistant, and nothing that differs."""
    monkeypatch.setattr(program, "_set_up", AsyncMock(return_value="token"))
    monkeypatch.setattr(program, "_differences", AsyncMock(return_value=[]))
    monkeypatch.setattr(program, "broken_totals", Mock(return_value=0))


@pytest.mark.usefixtures("no_home_assistant")
def test_a_phase_without_a_kill_amid_its_writes_fails_the_run(
    folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "_PHASES", (Busy, Idle))
    assert asyncio.run(_main(OPTIONS)) == 1
    (left,) = folders.iterdir()
    *_, finding, folder, last = capsys.readouterr().out.splitlines()
    assert finding == "No kill came amid the writes of the idleness"
    assert folder == f"What Home Assistant left is in {left}."
    assert last.startswith("4 kills in ")
    assert last.endswith(" with seed 1: 1 findings.")


@pytest.mark.usefixtures("no_home_assistant")
def test_one_kill_amid_the_writes_of_each_phase_is_enough(
    folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "_PHASES", (Busy, Busy))
    assert asyncio.run(_main(OPTIONS)) == 0
    assert list(folders.iterdir()) == []
    assert "What Home Assistant left" not in capsys.readouterr().out


@pytest.mark.parametrize("error", [asyncio.CancelledError, RuntimeError])
def test_what_ends_the_run_leaves_a_folder_that_is_named(
    error: type[BaseException],
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(program, "_kill_test", AsyncMock(side_effect=error))
    with pytest.raises(error):
        asyncio.run(_main(OPTIONS))
    (left,) = folders.iterdir()
    assert capsys.readouterr().out == f"What Home Assistant left is in {left}.\n"


def test_fewer_kills_than_phases_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        _options(["--kills", "3"])
    assert "--kills: must be at least 4" in capsys.readouterr().err
