"""A database server is there for the tests, and gone after them."""

from contextlib import suppress
from pathlib import Path
import shutil
from signal import Signals
import subprocess
from typing import override

import pytest
from sqlalchemy import create_engine, make_url, text

from . import __main__ as script, servers
from .servers import PostgreSQL, Server, ServerError, running


class Silent(Server):
    """A server that says what it was told to, and ends."""

    name = "Silent"
    end = Signals.SIGTERM

    @override
    def find(self) -> Path | None:
        """Return a shell."""
        found = shutil.which("sh")
        return Path(found) if found else None

    @override
    def command(self, program: Path, folder: Path) -> tuple[str, ...]:
        """Return what only complains."""
        return (str(program), "-c", "echo no room left")

    @override
    def url(self, folder: Path, database: str = "") -> str:
        """Return an address at which nobody is."""
        return f"postgresql+psycopg2:///?host={folder}"


@pytest.mark.skipif(PostgreSQL().find() is None, reason="PostgreSQL is not installed")
def test_a_server_answers_inside_the_block_and_is_gone_after_it() -> None:
    program = PostgreSQL().find()
    assert program is not None
    with suppress(ZeroDivisionError), running(PostgreSQL(), program, "one") as url:
        assert make_url(url).database == "one"
        folder = Path(str(make_url(url).query["host"]))
        engine = create_engine(make_url(url).set(database="postgres"))
        with engine.connect() as connection:
            owner = connection.execute(text("SHOW data_directory")).scalar_one()
        engine.dispose()
        assert Path(owner) == folder / "data"
        number = (folder / "data" / "postmaster.pid").read_text().split()[0]
        _ = 1 / 0
    assert not folder.exists()
    assert not Path("/proc", number).exists()


def test_a_server_that_does_not_start_tells_why() -> None:
    program = Silent().find()
    assert program is not None
    with (
        pytest.raises(ServerError, match="no room left"),
        running(Silent(), program, "one"),
    ):
        pytest.fail("It started")


@pytest.fixture
def without_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no server be installed, and no test be run."""

    def fail(*arguments: object) -> None:
        pytest.fail("Tests were run without a server")

    monkeypatch.setattr(subprocess, "call", fail)
    monkeypatch.setattr(servers, "_POSTGRESQL_VERSIONS", Path("/nowhere"))
    monkeypatch.setattr(servers, "_SYSTEM_PROGRAMS", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.mark.usefixtures("without_servers")
def test_a_server_that_is_not_installed_is_skipped_with_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["test-databases"])
    assert script.main() == 0
    assert capsys.readouterr().out.split("\n\n") == [
        "\nSkipped on MariaDB, which is not installed.\n".rstrip("\n"),
        "Skipped on PostgreSQL, which is not installed.\n",
    ]


@pytest.mark.usefixtures("without_servers")
def test_a_server_that_is_required_fails_the_run_where_it_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["test-databases", "--require", "-rA"])
    assert script.main() == 1
    assert capsys.readouterr().out.split("\n\n") == [
        "\nMariaDB is required, and is not installed.",
        "PostgreSQL is required, and is not installed.\n",
    ]


def test_one_server_that_is_missing_fails_what_requires_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["test-databases", "--require"])
    monkeypatch.setattr(servers.MariaDB, "find", lambda _: Path("/nowhere/mariadbd"))
    monkeypatch.setattr(servers.PostgreSQL, "find", lambda _: None)
    monkeypatch.setattr(script, "_is_passed", lambda *_: True)
    assert script.main() == 1
