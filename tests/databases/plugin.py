"""A pytest plugin for `--dburl`: each test finds an empty database at that address.

The test kit itself does so for drivers that are compiled on the machine alone.
"""

from typing import Final

from pymysql.converters import conversions, escape_datetime  # type: ignore[import-untyped]
import pytest
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts
from sqlalchemy import create_engine, make_url, text

# A database that every server has, to speak from while another one is dropped.
_ALWAYS_THERE: Final = {"mysql": "information_schema", "postgresql": "postgres"}


def pytest_configure() -> None:
    """Let the driver of MariaDB write the moments of a test's clock."""
    # Of its package nothing may be imported before pytest itself has loaded the test kit.
    from pytest_homeassistant_custom_component.patch_time import HAFakeDatetime

    conversions[HAFakeDatetime] = escape_datetime


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Drop what the test before has left, and create the database anew."""
    # As the test kit does just before, but for the server's own socket.
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    disable_socket(allow_unix_socket=True)
    url = make_url(item.config.getoption("dburl"))
    elsewhere = url.set(database=_ALWAYS_THERE[url.get_backend_name()])
    engine = create_engine(elsewhere, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {url.database}"))
        connection.execute(text(f"CREATE DATABASE {url.database}"))
    engine.dispose()
