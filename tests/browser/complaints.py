"""What the browser complains of, without what is nobody's fault."""

from dataclasses import dataclass
import re
from typing import Final, override

# The brands of others come from the internet, which a test does without. Home Assistant
# then says that it has none.
_OTHERS_BRAND: Final = re.compile(
    r"/api/brands/(integration|hardware)/(?!heatpump_insight/)"
)
# A page that is left no longer needs what it still waited for.
_LEFT: Final = "net::ERR_ABORTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """An error in the browser's console, of a script, or of a request."""

    kind: str
    text: str
    url: str = ""

    @override
    def __str__(self) -> str:
        """Return it in a line."""
        return " ".join(filter(None, (f"{self.kind}:", self.text, self.url)))


def is_nobodys_fault(complaint: Complaint, home: str) -> bool:
    """Tell whether something is of no concern; `home` is Home Assistant's address."""
    if complaint.kind == "request" and complaint.text == _LEFT:
        return True
    if not complaint.url:
        return False
    is_elsewhere = not complaint.url.startswith((home, "blob:", "data:"))
    return is_elsewhere or _OTHERS_BRAND.search(complaint.url) is not None
