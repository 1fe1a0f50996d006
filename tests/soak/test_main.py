"""The program: homes in processes of their own, and what it tells of them."""

from collections.abc import Iterable
from dataclasses import replace
from multiprocessing import active_children
import os
from pathlib import Path
import signal
from time import sleep
from unittest.mock import patch

import pytest
from pytest_socket import socket_allow_hosts

from . import life
from .__main__ import main, summed_up, told
from .home_assistant import Home
from .life import Outcome, live
from .processes import Lost, apart
from .rows import Row, read_rows

SOUND = Outcome(seed=7, hours=1200, findings=())
WRONG = Outcome(
    seed=17,
    hours=34,
    findings=("meter_1 2026-03-29 01:00 is 2.0, not 1.0", "meter_1 is one too many"),
)


# What follows runs in a process of its own.


def square_or_die(number: int) -> int:
    """Return a square; 0 is a crash, and 1 an error."""
    if number == 0:
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == 1:
        raise ValueError("of one")
    return number * number


def threads_of_the_server(_: int) -> int:
    """Return how many threads there are in what forked this process."""
    return len(list(Path(f"/proc/{os.getppid()}/task").iterdir()))


def live_with_another_row(folder: Path) -> Outcome:
    """Live a life in the end of which the database is not what was written."""

    async def read(home: Home) -> dict[str, dict[int, Row]]:
        rows = await read_rows(home)
        name = next(each for each in rows if each.endswith("_heat"))
        hour, row = sorted(rows[name].items())[10]
        rows[name][hour] = replace(row, state=(row.state or 0.0) + 1.0)
        return rows

    with patch.object(life, "read_rows", read):
        return live(25, days=1, folder=folder)


# The tests.


@pytest.fixture(autouse=True)
def speaking_to_processes() -> None:
    """Let the tests reach what forks, which is no address of a network."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


def results[T](found: Iterable[tuple[int, T | Lost]]) -> dict[int, T | Lost]:
    """Return what came of each argument."""
    return dict(found)


def test_a_home_lives_through_some_days_and_nothing_differs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--replay", "25", "--days", "2"])
    first, *_, time, last = capsys.readouterr().out.splitlines()
    assert first.startswith("seed 25: ")
    assert " s, " in time
    assert last.startswith("1 seeds, ")
    assert last.endswith(" hours compared, 0 differences")
    assert not last.startswith("1 seeds, 0 hours")
    assert code == 0


def test_a_row_that_is_not_the_truth_is_found(tmp_path: Path) -> None:
    ((_, outcome),) = apart(live_with_another_row, [tmp_path], jobs=1, seconds=60)
    assert isinstance(outcome, Outcome)
    first, *others = outcome.findings
    assert "_heat " in first
    assert ", not " in first
    # The day's COP and the row's own total are others than the row says.
    assert len(others) < 8
    assert summed_up([outcome])[1] == 1


def test_one_that_crashes_or_fails_takes_no_other_along() -> None:
    found = results(apart(square_or_die, range(5), jobs=2, seconds=60))
    assert found.pop(0) == Lost(how="the process ended with signal SIGSEGV")
    error = found.pop(1)
    assert isinstance(error, Lost)
    assert error.how.splitlines()[-1] == "ValueError: of one"
    assert "square_or_die" in error.how
    assert found == {2: 4, 3: 9, 4: 16}


def test_one_that_takes_too_long_is_ended() -> None:
    found = results(apart(sleep, [0, 600], jobs=2, seconds=1.5))
    assert found == {
        0: None,
        600: Lost(how="the process lived longer than 0.025 minutes"),
    }


@pytest.mark.filterwarnings("error")
def test_what_forks_has_one_thread() -> None:
    assert results(apart(threads_of_the_server, [0], jobs=1, seconds=60)) == {0: 1}


def test_a_crash_names_its_seed_and_fails_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    how = "the process ended with signal SIGSEGV"
    with patch(
        f"{main.__module__}.apart",
        return_value=(each for each in ((17, Lost(how=how)), (7, SOUND))),
    ):
        code = main(["--seeds", "2", "--days", "5"])
    lines = capsys.readouterr().out.splitlines()
    assert f"seed 17: 1 differences, the first: {how}" in lines
    assert "  again: scripts/soak --replay 17 --days 5" in lines
    assert lines[-1] == "2 seeds, 1 200 hours compared, 1 differences"
    assert code == 1


def test_a_difference_is_told_with_what_befell_the_home() -> None:
    first, *_, finding, surplus, summary, again = told(WRONG, 60, with_schedule=False)
    assert first.startswith("seed 17: 20")
    assert finding == f"  ! {WRONG.findings[0]}"
    assert surplus == f"  ! {WRONG.findings[1]}"
    assert summary == f"seed 17: 2 differences, the first: {WRONG.findings[0]}"
    assert again == "  again: scripts/soak --replay 17 --days 60"


def test_of_a_home_that_is_right_one_line_is_enough() -> None:
    assert list(told(SOUND, 60, with_schedule=False)) == [
        "seed 7: 1200 hours, no difference"
    ]


def test_the_last_line_counts_everything() -> None:
    assert summed_up([SOUND, WRONG]) == (
        "2 seeds, 1 234 hours compared, 2 differences",
        1,
    )
    assert summed_up([SOUND]) == ("1 seeds, 1 200 hours compared, 0 differences", 0)


def test_to_have_compared_no_hour_is_no_success() -> None:
    nothing = replace(SOUND, hours=0)
    assert summed_up([nothing]) == ("1 seeds, 0 hours compared, 0 differences", 1)


@pytest.mark.parametrize("option", ["--jobs", "--seeds", "--days"])
def test_a_run_of_nothing_is_refused(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([option, "0"])
    assert f"{option}: must be at least 1" in capsys.readouterr().err


def test_nobody_outlives_who_does_not_listen_any_more() -> None:
    found = apart(sleep, [0, 600], jobs=2, seconds=60)
    assert next(found) == (0, None)
    assert len(active_children()) == 1
    found.close()
    assert active_children() == []
