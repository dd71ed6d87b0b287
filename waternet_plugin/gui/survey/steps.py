"""The four steps of the survey wizard: which have something to decide, and what keeps people there."""

from __future__ import annotations

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.survey.attempt import Attempt
from waternet_plugin.gui.survey.survey_choices import SurveyChoices

FILES, QUESTIONS, CHECKS, IMPORT = range(4)


def asks(step: int, attempt: Attempt, choices: SurveyChoices, *, is_first: bool) -> bool:
    """Return whether there is something to decide at a step.

    Parameters
    ----------
    step
        One of the four.
    attempt
        The newest dry run.
    choices
        What the person chose.
    is_first
        Whether nobody has been at the last step yet: differences of a recheck are shown once.
    """
    if step == QUESTIONS:
        return bool(attempt.questions)
    if step == CHECKS:
        stops = bool(attempt.errors) and not choices.valid_only
        differences = is_first and any(warning.asset for warning in attempt.warnings)
        return stops or differences or bool(choices.unticked(attempt))
    return step == IMPORT


def fault_of(step: int, attempt: Attempt, choices: SurveyChoices) -> str:
    """Return why a step can't be left, '' where it can."""
    if step == FILES:
        broken = next((file for file in attempt.files if file.error), None)
        if not attempt.files:
            return tr("Choose the files of the survey first.")
        if broken is not None and broken.sheets:
            sentence = tr("Say what the columns of {name} hold by “Columns…”, or leave the file out.")
            return sentence.format(name=broken.name)
        if broken is not None:
            return tr("{name} can't be read. Repair the file, or leave it out.").format(name=broken.name)
    if step == QUESTIONS and attempt.questions:
        if not attempt.questions[0].candidates:
            return tr("Choose a coordinate system, or give common points.")
        return tr("Choose one of the candidates, here or on the map.")
    if step == CHECKS and attempt.errors and not choices.valid_only:
        return tr("Some rows have errors. Correct the file, or import the valid rows.")
    waiting = len(choices.unticked(attempt)) if step == CHECKS else 0
    return tr("%n warning(s) have no tick yet.", "", waiting) if waiting else ""
