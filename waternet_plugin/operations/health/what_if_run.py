"""The shown assessment under other shares and weights: read once, classed again as often as wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.core.arrays import Array
    from waternet_plugin.core.health.risk.matrix import Matrix
    from waternet_plugin.core.health.risk.what_if import RunResults
    from waternet_plugin.operations.health.recorded_runs import Run
    from waternet_plugin.store import Network

SHARES = ("health.renew_now_share", "health.priority_share")
CLASSES, BANDS = "classes", "bands"
# A step of risk looks like a class: the two lowest like those in service.
_LOOKS = ("in_service", "in_service", "monitor", "priority", "renew_now")
# Products of two bands that begin and end what looks like each class.
_PRODUCTS = {"renew_now": (20, 25), "priority": (12, 16), "monitor": (8, 10), "in_service": (1, 6)}


def weights() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the keys of the weights: by side the level of its groups, and that of each group."""
    from waternet_plugin.core.health.risk.matrix import SIDES

    return {
        side: {
            level: tuple(f"health.weight.{level}.{name}" for name in names)
            for level, names in ((side, tuple(groups)), *groups.items())
        }
        for side, groups in SIDES.items()
    }


def keys() -> tuple[str, ...]:
    """Return the keys of all settings that can be tried."""
    return (*SHARES, *(key for levels in weights().values() for each in levels.values() for key in each))


@dataclass(frozen=True)
class WhatIfBasis:
    """The run, what it found of each pipe, the row numbers of these pipes, the settings it was made with."""

    run: Run
    found: RunResults
    fid: Any
    settings: Settings

    def values(self) -> dict[str, float]:
        """Return what the run was made with."""
        return {key: self.settings.real(key) for key in keys()}


@dataclass(frozen=True)
class Outcome:
    """What other values make of a run.

    ``before_m`` and ``after_m`` are metres by class, ``policy_m`` those to renew now that the policy list
    adds to the share of length; ``shown`` is the class that the map draws of each pipe of the basis, as its
    number in ``CLASSES`` of `core.health.risk.classes`, ``legend_m`` the metres and ``words`` the words of
    its legend; ``unchanged`` pipes keep their recorded bands.
    """

    before_m: dict[str, float]
    after_m: dict[str, float]
    policy_m: float
    matrix: Matrix
    shown: Array
    legend_m: dict[str, float]
    words: dict[str, str]
    unchanged: int


def read(network: Network, progress: Progress = SILENT) -> WhatIfBasis | None:
    """Read the shown run and what it found; None where there is none with figures."""
    from waternet_plugin.core.health.risk import what_if
    from waternet_plugin.core.network.isolation import isolation_model
    from waternet_plugin.operations.health.recorded_runs import read_runs, summary_of
    from waternet_plugin.operations.network import burst_impact

    run = read_runs(network).shown
    if run is None or not run.figures:
        return None
    settings = Settings(run.parameters.get("settings"))
    peopled = network.count("customer") > 0
    more = isolation_model.PIPE_COLUMNS if peopled else ()
    columns = list(dict.fromkeys(("fid", *what_if.PIPE_COLUMNS, *more)))
    progress.at(0.1)
    pipes = network.read("pipe", columns, geometry=peopled)
    progress.at(0.3)
    impact = burst_impact.read_impact(network, pipes, settings=settings, progress=progress.part(0.3, 0.6))
    progress.at(0.6)
    found = what_if.recorded(
        pipes,
        network.read(
            "assessment", list(what_if.ASSESSMENT_COLUMNS), where={"run_id": run.run_id}, geometry=False
        ),
        network.read("failure", list(what_if.FAILURE_COLUMNS), geometry=False),
        window=summary_of(run).window,
        horizon_years=float(run.figures.get("horizon_years") or run.parameters["HORIZON"]),
        impact=impact,
        settings=settings,
    )
    progress.at(1.0)
    return WhatIfBasis(run, found, pipes["fid"].to_numpy()[found.row].astype("int64"), settings)


def rehearse(
    basis: WhatIfBasis, values: Mapping[str, float], on_map: str, progress: Progress = SILENT
) -> Outcome:
    """Class a run again.

    Parameters
    ----------
    basis
        The run.
    values
        By key; shares from 0 to 1, weights in percent.
    on_map
        CLASSES or BANDS: what the map shows.

    Raises
    ------
    InputError
        When weights do not add up.
    """
    import numpy as np

    from waternet_plugin.core.health.risk import classes, what_if

    texts = {key: f"{value:.10g}" for key, value in values.items()}
    settings = Settings({**(basis.run.parameters.get("settings") or {}), **texts})
    found = basis.found
    bands = what_if.bands_of(found, settings)
    progress.at(0.3)
    judged = what_if.classes_of(found, settings)
    place = judged.class_index
    progress.at(0.8)
    shown = place
    if on_map == BANDS:
        looks = [classes.CLASSES.index(each) for each in (*_LOOKS, classes.UNKNOWN)]
        shown = np.array(looks)[what_if.risk_step(bands)]
    words = {
        code: tr("Likelihood x consequence {low} to {high}").format(low=low, high=high)
        for code, (low, high) in _PRODUCTS.items()
    }
    return Outcome(
        before_m=found.class_m(found.class_index),
        after_m=found.class_m(place),
        matrix=found.matrix(bands),
        shown=shown,
        legend_m=found.class_m(shown),
        words=words if on_map == BANDS else {},
        policy_m=float(found.length_m[judged.by_policy].sum()),
        unchanged=int((found.rated & ~found.same).sum()),
    )
