"""Copy the sample town beside the window, and open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session


class SampleTown:
    """One run of ``loadsample`` whose network is opened.

    Parameters
    ----------
    shown
        Has ``show_progress`` and ``hide_progress``: the card of the start page.
    """

    def __init__(self, session: Session, shown: Any) -> None:
        self._session = session
        self._shown = shown

    def start(self, folder: Path | None = None) -> None:
        """Begin in a new folder, the next numbered one of the user's documents if None."""
        parameters = {"OUTPUT": str(folder)} if folder is not None else {}
        self._session.run_algorithm("loadsample", parameters, self._open, section=self._shown)

    def _open(self, results: dict[str, Any]) -> None:
        self._session.open_network(results["NETWORK"])
