"""Survey import: from the files of a survey to pipes with their evidence, in four steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def open_survey_wizard(session: Any, files: Sequence[str] = ()) -> Any:
    """Open the wizard, or bring files to the one that is open, and return it.

    Parameters
    ----------
    files
        Files or folders to begin with.
    """
    from waternet_plugin.gui.panes.steps.wizard_window import opened_wizard

    def load() -> Any:
        from waternet_plugin.gui.survey.survey_wizard import SurveyWizard

        return SurveyWizard

    return opened_wizard(session, load, files)
