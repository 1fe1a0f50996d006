"""The configuration folder of the demo's Home Assistant."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import fcntl
import json
import os
from pathlib import Path
import shutil
from typing import Any, Final

from .errors import DemoError

_CUSTOM_COMPONENTS: Final = Path(__file__).parents[2] / "custom_components"

_CONFIGURATION: Final = """\
homeassistant:
  name: Demo
  country: GB
  currency: GBP
  language: en
  time_zone: Europe/London
  unit_system: metric
automation: !include automations.yaml
config:
diagnostics:
energy:
frontend:
history:
logbook:
recorder:
system_health:
"""


@contextmanager
def only_user_of(folder: Path) -> Iterator[None]:
    """Keep a folder for this process alone; raises DemoError where another has it."""
    folder.mkdir(exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError("Another demo is running from this folder") from None
        yield
    finally:
        os.close(lock)


def furnish(folder: Path, port: int) -> None:
    """Replace what is in a folder by the configuration of a new Home Assistant.

    It listens on `port` of this machine, and has the integration as it is in the
    repository.
    """
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()
    (folder / "configuration.yaml").write_text(_CONFIGURATION)
    (folder / "automations.yaml").touch()
    (folder / "custom_components").symlink_to(_CUSTOM_COMPONENTS)
    # An address in the configuration file would have to be confirmed on the first visit.
    # The oldest form of the storage takes a default for all that is not given.
    _store(folder, "http", 1, {"server_host": ["127.0.0.1"], "server_port": port})
    # All but the user: the other steps set up services of the internet.
    done = ["core_config", "analytics", "integration"]
    _store(folder, "onboarding", 4, {"done": done})


def _store(folder: Path, key: str, version: int, data: Mapping[str, Any]) -> None:
    """Write one of the files in which Home Assistant keeps what it knows."""
    storage = folder / ".storage"
    storage.mkdir(exist_ok=True)
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (storage / key).write_text(json.dumps(content))
