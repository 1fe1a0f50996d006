"""Runs Home Assistant for as long as the process that started it lives.

Whoever starts this holds the other end of its standard input. That end closes however
the process ends, even where it had no time to end anything itself.
"""

import os
import signal
import sys
import threading

from homeassistant.__main__ import main


def _end_with_parent() -> None:
    """Wait until standard input closes, then ask Home Assistant to stop."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.exit(main())
