"""Each phase makes its own work, and a seed decides which."""

from pathlib import Path
from random import Random

import pytest

from tests.demo.expected import Total, statistics
from tests.simulator import Clock, Simulator, World

from .__main__ import shares
from .phases import Correction, FirstImport, Withdrawal

NOW = 1_790_000_000
DAY = 86_400


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock(NOW)


@pytest.fixture
def simulator(clock: Clock) -> Simulator:
    """Return the services, which need not be reached."""
    return Simulator(World.small(days=20, now=clock))


def test_a_correction_changes_every_history_in_its_first_half_alone(
    simulator: Simulator, clock: Clock, tmp_path: Path
) -> None:
    world = simulator.world
    before = statistics(world, "http://127.0.0.1:1", 204)
    Correction(simulator, clock, tmp_path, Random(1)).prepare(0)
    after = statistics(world, "http://127.0.0.1:1", 204)
    middle = world.start + 10 * DAY
    totals = {key for key, each in before.items() if isinstance(each, Total)}
    assert len(totals) == 10
    for key in totals:
        old, new = before[key].hours, after[key].hours
        changed = {hour for hour in old if abs(old[hour] - new[hour]) > 1e-6}
        assert changed
        assert max(changed) < middle


def test_a_withdrawal_leaves_everything_as_it_was(
    simulator: Simulator, clock: Clock, tmp_path: Path
) -> None:
    world = simulator.world
    phase = Withdrawal(simulator, clock, tmp_path, Random(1))
    before = statistics(world, "http://127.0.0.1:1", 204)
    phase.prepare(0)
    assert statistics(world, "http://127.0.0.1:1", 204) != before
    phase.follow_up()
    assert statistics(world, "http://127.0.0.1:1", 204) == before


def test_an_import_begins_anew_after_some_lives(
    simulator: Simulator, clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    phase = FirstImport(simulator, clock, folder, Random(1))
    (folder / "rows").touch()
    phase.prepare(0)
    phase.prepare(2)
    assert (folder / "rows").exists()
    phase.prepare(3)
    assert not (folder / "rows").exists()


@pytest.mark.parametrize("kills", [4, 6, 20])
def test_every_kill_has_its_phase(kills: int) -> None:
    assert sum(shares(kills)) == kills
    assert min(shares(kills)) > 0
    assert max(shares(kills)) - min(shares(kills)) <= 1
