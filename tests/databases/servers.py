"""Database servers that live in a temporary folder, for as long as they are wanted.

They listen on a socket in that folder alone, and run without any privilege. What they keep
is thrown away, so it needs no care on its way to the disk.
"""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import pwd
import shutil
from signal import Signals
import subprocess
from tempfile import TemporaryDirectory
import time
from typing import Final, override

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

# How long a server may take to start and to stop, in seconds.
_PATIENCE: Final = 60
_NOBODY: Final = "nobody"
_LOG: Final = "server.log"
# Debian puts servers where only an administrator's PATH leads, or none at all.
_SYSTEM_PROGRAMS: Final = "/usr/sbin"
_POSTGRESQL_VERSIONS: Final = Path("/usr/lib/postgresql")


class ServerError(Exception):
    """A server does not start; the message has its log."""


class Server:
    """A kind of database server."""

    name: str
    # The signal at which it ends without waiting for anybody.
    end: Signals

    @abstractmethod
    def find(self) -> Path | None:
        """Return the server's program, None where it is not installed."""

    def preparation(self, program: Path, folder: Path) -> tuple[str, ...]:
        """Return the command that prepares a folder; empty where none is needed."""
        return ()

    @abstractmethod
    def command(self, program: Path, folder: Path) -> tuple[str, ...]:
        """Return the command that serves from a folder."""

    @abstractmethod
    def url(self, folder: Path, database: str = "") -> str:
        """Return a database's address as the recorder takes it."""


class MariaDB(Server):
    """MariaDB without tables of its own: whoever reaches its socket may enter."""

    name = "MariaDB"
    end = Signals.SIGTERM

    @override
    def find(self) -> Path | None:
        """Return mariadbd."""
        path = f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_PROGRAMS}"
        found = shutil.which("mariadbd", path=path)
        return Path(found) if found else None

    @override
    def command(self, program: Path, folder: Path) -> tuple[str, ...]:
        """Return the command that serves from a folder, which may be empty."""
        return (
            str(program),
            "--no-defaults",
            f"--datadir={folder}",
            f"--socket={folder}/socket",
            # The one of whoever starts it may be closed to it.
            f"--tmpdir={folder}",
            "--skip-networking",
            "--skip-grant-tables",
            # They would be kept in one of the tables that are not there.
            "--skip-innodb-stats-persistent",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--skip-innodb-doublewrite",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
        )

    @override
    def url(self, folder: Path, database: str = "") -> str:
        """Return a database's address."""
        return f"mysql+pymysql://recorder@/{database}?unix_socket={folder}/socket"


class PostgreSQL(Server):
    """PostgreSQL, which trusts whoever reaches its socket."""

    name = "PostgreSQL"
    end = Signals.SIGQUIT

    @override
    def find(self) -> Path | None:
        """Return the newest postgres."""
        found = _POSTGRESQL_VERSIONS.glob("*/bin/postgres")
        newest = max(found, key=lambda each: float(each.parts[-3]), default=None)
        other = shutil.which("postgres")
        return newest or (Path(other).resolve() if other else None)

    @override
    def preparation(self, program: Path, folder: Path) -> tuple[str, ...]:
        """Return the command that makes the first databases."""
        return (
            str(program.with_name("initdb")),
            f"--pgdata={folder}/data",
            "--username=recorder",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        )

    @override
    def command(self, program: Path, folder: Path) -> tuple[str, ...]:
        """Return the command that serves from a folder that is prepared."""
        return (
            str(program),
            f"-D{folder}/data",
            f"-k{folder}",
            "--listen-addresses=",
            "--fsync=off",
            "--synchronous-commit=off",
        )

    @override
    def url(self, folder: Path, database: str = "") -> str:
        """Return a database's address."""
        return f"postgresql+psycopg2://recorder@/{database or 'postgres'}?host={folder}"


@contextmanager
def running(server: Server, program: Path, database: str) -> Iterator[str]:
    """Serve, and give the address of a database that is not there yet.

    The server ends with the block, and also where this process is killed inside it.
    """
    with TemporaryDirectory(prefix="heatpump-insight-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, _NOBODY)
        with (folder / _LOG).open("wb") as log:
            if preparation := server.preparation(program, folder):
                _start(server, preparation, log.fileno()).wait(_PATIENCE)
            process = _start(server, server.command(program, folder), log.fileno())
            try:
                _wait_until_ready(server, process, folder)
                yield server.url(folder, database)
            finally:
                _end(server, process)


def _start(
    server: Server, command: tuple[str, ...], log: int
) -> subprocess.Popen[bytes]:
    """Start a program that loses root's privileges, and that ends with this process."""
    restriction = ["setpriv", f"--pdeathsig={server.end.name}", "--no-new-privs"]
    if os.geteuid() == 0:
        nobody = pwd.getpwnam(_NOBODY)
        restriction += [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}"]
        restriction += ["--clear-groups"]
    return subprocess.Popen([*restriction, "--", *command], stdout=log, stderr=log)


def _wait_until_ready(
    server: Server, process: subprocess.Popen[bytes], folder: Path
) -> None:
    engine = create_engine(server.url(folder))
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            engine.connect().close()
        except OperationalError:
            time.sleep(0.1)
        else:
            engine.dispose()
            return
    told = (folder / _LOG).read_text(errors="replace")
    raise ServerError(f"{server.name} does not start:\n{told}")


def _end(server: Server, process: subprocess.Popen[bytes]) -> None:
    process.send_signal(server.end)
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
