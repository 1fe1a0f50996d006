"""`python -m tests.databases`: the tests of the statistics, on one server after another."""

import argparse
from pathlib import Path
import subprocess
import sys
from typing import Final

from tests.program import run

from .servers import MariaDB, PostgreSQL, Server, ServerError, running

_SERVERS: Final[dict[str, Server]] = {
    "mariadb": MariaDB(),
    "postgresql": PostgreSQL(),
}
# What speaks to the recorder, and the whole way from a service to a dashboard.
_TESTS: Final = (
    "tests/statistics/test_writer.py",
    "tests/statistics/test_importer.py",
    "tests/test_history.py",
)


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="scripts/test-databases",
        description="The tests of the statistics with a database server behind the "
        "recorder. Further arguments go to pytest.",
    )
    parser.add_argument(
        "--only", choices=_SERVERS, help="one of the servers, and not all of them"
    )
    parser.add_argument(
        "--require",
        action="store_true",
        help="fail where a server is not installed, instead of skipping it",
    )
    return parser.parse_known_args()


def _is_passed(server: Server, program: Path, arguments: list[str]) -> bool:
    """Run the tests on a server and return whether they passed."""
    _say(f"Tests on {server.name}")
    with running(server, program, "homeassistant") as url:
        command = [sys.executable, "-m", "pytest", "-p", "tests.databases.plugin"]
        return not subprocess.call([*command, f"--dburl={url}", *_TESTS, *arguments])


def _say(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the tests on every server that is installed; return the exit code.

    A server that is not installed is skipped, unless it is required.
    """
    options, arguments = _arguments()
    outcomes = []
    for key in [options.only] if options.only else _SERVERS:
        server = _SERVERS[key]
        program = server.find()
        if program is None:
            if options.require:
                _say(f"{server.name} is required, and is not installed.")
                outcomes.append(False)
            else:
                _say(f"Skipped on {server.name}, which is not installed.")
            continue
        try:
            outcomes.append(_is_passed(server, program, arguments))
        except ServerError as error:
            _say(str(error))
            outcomes.append(False)
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(run(main))
