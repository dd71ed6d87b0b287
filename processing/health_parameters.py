"""What the algorithms of health and renewal share: the model of rates, the years of a plan, its seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import LARGEST_WHOLE

if TYPE_CHECKING:
    from waternet_plugin.processing.base import WaterNetAlgorithm

_YEARS = 5


def add_model(algorithm: WaterNetAlgorithm) -> None:
    """Add MODEL, which estimates failure rates."""
    algorithm.add_choice(
        "MODEL",
        tr("Model"),
        tr(
            "auto: combined once enough failures are on record, hierarchy before that. hierarchy: "
            "cohorts and the pipe's own record. glm: a regression with failures so far; glm_eb: a "
            "regression times the pipe's own record. combined: the mean of hierarchy and glm_eb, in "
            "logarithms."
        ),
        list(choice_labels.models()),
        labels=choice_labels.models(),
        default="auto",
        advanced=True,
    )


def add_plan_span(algorithm: WaterNetAlgorithm) -> None:
    """Add what a plan covers and is based on: START_YEAR, YEARS, RUN."""
    algorithm.add_number(
        "START_YEAR",
        tr("First year"),
        tr("First year of the plan; empty: next year."),
        integer=True,
        between=(1900, 2261),
    )
    algorithm.add_number(
        "YEARS",
        tr("Years"),
        tr("Number of years in the plan."),
        default=_YEARS,
        integer=True,
        between=(1, 100),
    )
    algorithm.add_text("RUN", tr("Assessment"), tr("Id of the assessment to plan from; empty: the newest."))


def add_seed(algorithm: WaterNetAlgorithm) -> None:
    """Add SEED of the strategy random."""
    algorithm.add_number(
        "SEED",
        tr("Seed"),
        tr("Seed for the strategy random."),
        default=0,
        integer=True,
        optional=True,
        advanced=True,
        between=(0, LARGEST_WHOLE),
    )
