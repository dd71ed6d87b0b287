"""The past of a network: what was known on each day that is asked for, made once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.model_choice import GIVEN, ModelChoice, choose_model
from waternet_plugin.core.health.evaluation.rankings import AUTO, COMBINED, MEMBERS, MODELS, rated_by
from waternet_plugin.core.health.rates.counting import coded_failures
from waternet_plugin.core.health.rates.cutoff_snapshot import (
    CutoffSnapshot,
    Events,
    events_of,
    origin_at,
    rows_of_pipes,
)
from waternet_plugin.core.health.rates.inservice import complete
from waternet_plugin.core.health.rates.reasons.rate_parts import Rated, ln
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr


@dataclass(frozen=True)
class RatingOptions:
    """How the pipes are rated on a day.

    Attributes
    ----------
    horizon_years
        Years ahead that likelihood and risk cover.
    window_start
        From when on failures were recorded completely; None to find out.
    match_radius_m
        The radius that the failures were matched with, m.
    model
        One of `rankings.MODELS`, or auto: combined, or the hierarchy while failures on record are few.
    """

    horizon_years: float = 5.0
    window_start: datetime.date | None = None
    match_radius_m: float = 25.0
    model: str = AUTO


class SnapshotCache:
    """What was known on each day; days and rates of models are made once.

    Parameters
    ----------
    pipes, failures
        As `assess` takes them, of all years.
    horizon_years
        Years ahead that rates are for.
    window_start
        From when on failures were recorded completely; None to find out on each day.
    radius_m
        The radius that the failures were matched with, m.
    settings
        Everything else.
    """

    def __init__(
        self,
        pipes: pd.DataFrame,
        failures: pd.DataFrame,
        *,
        horizon_years: float,
        window_start: datetime.date | None,
        radius_m: float,
        settings: Settings,
    ) -> None:
        self.pipes = complete(pipes)
        self.failures = coded_failures(failures)
        self._pipe_ids = pipes["pipe_id"]
        self._horizon_years = horizon_years
        self._window_start, self._radius_m, self._settings = window_start, radius_m, settings
        self._origins: dict[datetime.date, CutoffSnapshot] = {}
        self._rates: dict[tuple[str, datetime.date], Array] = {}

    @cached_property
    def _pipe_of_each(self) -> Array:
        return rows_of_pipes(self._pipe_ids, self.failures)

    @cached_property
    def events(self) -> Events:
        """The failures that count, with the rows of their pipes."""
        return events_of(self._pipe_of_each, self.failures, self._settings)

    def on(self, day: datetime.date) -> CutoffSnapshot:
        """Return what was known on a day."""
        if day not in self._origins:
            start = self._window_start
            self._origins[day] = origin_at(
                self.pipes,
                self.failures,
                day,
                pipe=self._pipe_of_each,
                # On a day before the given start there were no records yet.
                window_start=None if start is None else min(start, day),
                radius_m=self._radius_m,
                settings=self._settings,
            )
        return self._origins[day]

    def rated(self, model: str, day: datetime.date) -> Rated:
        """Return the rate of each pipe by a model as of a day and what it is made of; made anew each time."""
        return rated_by(
            model,
            self.on(day),
            self.events,
            horizon_years=self._horizon_years,
            settings=self._settings,
        )

    def rate(self, model: str, day: datetime.date) -> Array:
        """Return the rate of each pipe by a model as of a day, failures per 100 km and year."""
        key = (model, day)
        if key not in self._rates:
            if model == COMBINED:
                members = [ln(self.rate(member, day)) for member in MEMBERS]
                self._rates[key] = np.exp(np.mean(members, axis=0))
            else:
                self._rates[key] = self.rated(model, day).rate
        return self._rates[key]

    def choice(self, model: str, day: datetime.date) -> ModelChoice:
        """Return the model that rates the pipes as of a day: the given one, or for auto by the records.

        Raises
        ------
        InputError
            When there is no such model.
        """
        if model == AUTO:
            return choose_model(self.on(day).records, self._settings)
        if model not in MODELS:
            message = tr("There is no model “{model}”. Choose one of: {models}.")
            raise InputError(message.format(model=model, models=listed((AUTO, *MODELS))))
        return ModelChoice(model, GIVEN)

    def forget(self, before: datetime.date) -> None:
        """Drop what is known of days before a day."""
        self._origins = {day: origin for day, origin in self._origins.items() if day >= before}
        self._rates = {key: rate for key, rate in self._rates.items() if key[1] >= before}
