"""Which model rates the pipes: the combined one, or cohorts alone while failures on record are few."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.health.evaluation.rankings import COMBINED, HIERARCHY
from waternet_plugin.core.schema.settings import Settings

GIVEN, TOO_LITTLE, ENOUGH = "given", "too_little", "enough"


@dataclass(frozen=True)
class ModelChoice:
    """The model that rates the pipes and why: given, too_little or enough failures on record."""

    model: str
    how: str


def choose_model(records: float, settings: Settings) -> ModelChoice:
    """Return the model for what was known on a day.

    Parameters
    ----------
    records
        Failures that count in the rates by then.
    settings
        Failures from which on models are combined.
    """
    if records < settings.integer("health.combined_failures"):
        return ModelChoice(HIERARCHY, TOO_LITTLE)
    return ModelChoice(COMBINED, ENOUGH)
