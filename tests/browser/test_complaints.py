"""What the browser complains of is looked at, except what is nobody's fault."""

import pytest

from .complaints import Complaint, is_nobodys_fault

_HOME = "http://127.0.0.1:8123"
_LOST = "Failed to load resource: the server responded with a status of 404"


@pytest.mark.parametrize(
    "complaint",
    [
        Complaint(kind="script", text="TypeError: x is undefined"),
        Complaint(kind="console", text="No such element", url=f"{_HOME}/app.js"),
        Complaint(
            kind="console",
            text=_LOST,
            url=f"{_HOME}/api/brands/integration/heatpump_insight/icon.png?token=1",
        ),
        Complaint(kind="request", text="net::ERR_EMPTY_RESPONSE", url=f"{_HOME}/api"),
    ],
)
def test_what_is_wrong_with_a_page_is_looked_at(complaint: Complaint) -> None:
    assert not is_nobodys_fault(complaint, _HOME)


@pytest.mark.parametrize(
    "complaint",
    [
        Complaint(
            kind="console",
            text=_LOST,
            url=f"{_HOME}/api/brands/integration/backup/icon.png?token=1",
        ),
        Complaint(
            kind="request",
            text="net::ERR_NAME_NOT_RESOLVED",
            url="https://brands.home-assistant.io/_/backup/icon.png",
        ),
        Complaint(kind="request", text="net::ERR_ABORTED", url=f"{_HOME}/api/left"),
    ],
)
def test_what_others_lack_and_what_was_left_is_nobodys_fault(
    complaint: Complaint,
) -> None:
    assert is_nobodys_fault(complaint, _HOME)
