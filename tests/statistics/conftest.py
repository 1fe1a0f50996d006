"""Statistics are tested on the real recorder with a database in a file."""

import pytest


@pytest.fixture
def persistent_database() -> bool:
    """Keep the database in a file: in memory it forgives the wrong thread."""
    return True
