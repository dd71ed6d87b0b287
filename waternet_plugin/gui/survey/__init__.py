"""Survey import: from the files of a survey to pipes with their evidence, in four steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Endings that only files of a survey have; others are recognised by where they are dropped.
_SURVEY_ENDS = frozenset({".dat", ".gsi", ".jxl", ".jobxml", ".rw5", ".sdr"})


def are_survey_files(files: Sequence[str]) -> bool:
    """Return whether files can only be those of a survey, by their endings."""
    return bool(files) and all(Path(one).suffix.lower() in _SURVEY_ENDS for one in files)


def open_survey_wizard(session: Any, files: Sequence[str] = ()) -> Any:
    """Open the wizard, or bring files to the one that is open, and return it.

    Parameters
    ----------
    session
        What the parts of the face share.
    files
        Files or folders to begin with.
    """
    from waternet_plugin.core.errors import WaterNetError
    from waternet_plugin.gui.tasks import tasks

    try:
        tasks.keep_packages_apart()
    except WaterNetError as error:
        session.say_error(error)
        return None
    from waternet_plugin.gui.survey.survey_wizard import SurveyWizard

    parent = session.iface.mainWindow()
    open_one = parent.findChild(SurveyWizard, SurveyWizard.NAME) if parent is not None else None
    if open_one is not None and open_one.isVisible() and not open_one.is_done:
        open_one.add(files)
        open_one.raise_()
        return open_one
    return session.show_window(SurveyWizard(session, files))
