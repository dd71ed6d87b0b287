"""The verification sheets: written beside the network, then opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.session.session import Session

SHEETS, EXPORT = "verificationsheet", "exportsurvey"


def has(algorithm: str) -> bool:
    """Return whether an algorithm is installed."""
    return QgsApplication.processingRegistry().algorithmById(f"waternet:{algorithm}") is not None


def write_sheets(
    session: Session, pipes: Sequence[str], *, survey_batch: str = "", section: Any = None
) -> None:
    """Write a sheet a pipe to one PDF beside the network and open it.

    Parameters
    ----------
    pipes
        Their ids; none for all of a survey batch.
    survey_batch
        The batch, where no pipes are named.
    section
        Shows the progress.
    """
    name = tr("verification sheets") + f" {survey_batch or session.address.display_name}.pdf"
    path = file_dialogs.free_path(Path(session.paper_folder) / name)
    parameters: dict[str, Any] = {
        "NETWORK": session.network_path,
        "LANGUAGE": texts.language(),
        "OUTPUT": str(path),
    }
    if pipes:
        parameters["PIPES"] = ";".join(pipes)
    else:
        parameters["SURVEY_BATCH"] = survey_batch

    session.run_algorithm(SHEETS, parameters, lambda _results: file_dialogs.open_file(path), section=section)
