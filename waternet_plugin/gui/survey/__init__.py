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
    from waternet_plugin.gui.wizard.wizard_window import opened_wizard

    def load() -> Any:
        from waternet_plugin.gui.survey.survey_wizard import SurveyWizard

        return SurveyWizard

    return opened_wizard(session, load, files)
