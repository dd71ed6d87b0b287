"""What was printed last, remembered per network: edition, day, pages, and how far the network was then."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session

_MEMORY = "print_edition"


@dataclass(frozen=True)
class Edition:
    """A printed book: ``batch_id`` and ``at`` are the mark of ``atlas.sheets.changed_sheets``."""

    edition: str
    day: str
    pages: int
    path: str
    batch_id: str
    at: str
    entry: int = -1


def last(session: Session) -> Edition | None:
    """Return the book printed last from this network, None for none."""
    kept = session.remembered(_MEMORY, None)
    if not isinstance(kept, dict):
        return None
    try:
        # Earlier versions kept no number of an entry.
        return Edition(**{field.name: kept[field.name] for field in fields(Edition) if field.name in kept})
    except TypeError:
        return None


def remember(session: Session, edition: Edition) -> None:
    """Keep what was printed."""
    session.remember(_MEMORY, asdict(edition))
