"""What reports say of the model that rates the pipes: which, why, and on which years it was chosen."""

from __future__ import annotations

from waternet_plugin.core.health.evaluation.model_choice import ENOUGH, GIVEN, TOO_LITTLE, ModelChoice
from waternet_plugin.core.health.evaluation.rankings import model_label
from waternet_plugin.core.reports.document import ReportSection
from waternet_plugin.core.texts import tr


def choice_sentence(choice: ModelChoice) -> str:
    """Return which model rates the pipes, and why; runs of earlier versions had other reasons."""
    sentence = {
        ENOUGH: tr("Enough failures are on record to combine models: {model}."),
        TOO_LITTLE: tr("Too few failures are on record to combine models: {model}."),
        GIVEN: tr("Pipes are rated by the chosen model: {model}."),
    }.get(choice.how, tr("Pipes are rated by: {model}."))
    return sentence.format(model=model_label(choice.model))


def combination_sentence() -> str:
    """Return what the combined model is."""
    return tr(
        "With enough failures on record, the rate is the mean, on a logarithmic scale and in equal parts, "
        "of two: that of cohorts and the pipe's own record, and that of a regression times the pipe's own "
        "record. With fewer failures it is the first alone."
    )


def origin_of_constants() -> str:
    """Return on which years the constants of the models were chosen, and on which they were judged."""
    return tr(
        "The constants of the models were chosen on one city's records up to the end of 2006, by how likely "
        "they made the failures of 2002 to 2006, and judged on the years 2008 to 2015, which were not used "
        "for choosing them. Forecasts also use the variation between years and the growth with age, which "
        "are based on later records of that city too."
    )


def model_section(*lines: str) -> ReportSection:
    """Return the section on the model, with one line or one a cut-off."""
    return ReportSection(
        tr("Which model rates the pipes"), (*lines, combination_sentence(), origin_of_constants())
    )
