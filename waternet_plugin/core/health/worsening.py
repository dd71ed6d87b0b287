"""Early warning: the pipes that got worse since the last assessment, and why."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.classes import CLASSES, UNKNOWN
from waternet_plugin.core.health.counting import counts_in_rates
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

BY_CLASS, BY_RATE = "class", "rate"
COLUMNS = (
    "pipe_id",
    "class_before",
    "class_now",
    "rate_before",
    "rate_now",
    "new_failures",
    "warning",
    "reasons",
)


@dataclass(frozen=True)
class Worsening(PlainFrames):
    """What got worse since a run.

    Attributes
    ----------
    run_id, as_of
        The run compared with.
    pipes
        `COLUMNS`, the worst class first, in it the greatest growth. ``warning`` is class, rate or
        class+rate; ``reasons`` says what happened and then what the rate rests on.
    by_class, by_rate
        How many changed to a worse class, and how many are warned of for their rate alone.
    compared
        Pipes that both runs rate.
    """

    run_id: str
    as_of: datetime.date
    pipes: pd.DataFrame
    by_class: int
    by_rate: int
    compared: int


def _new_failures(pipe_id: Array, failures: pd.DataFrame, since: datetime.date, settings: Settings) -> Array:
    """Return the failures of each pipe after a day."""
    late = counts_in_rates(failures, settings) & (failures["date"] > pd.Timestamp(since)).to_numpy()
    late &= (failures["match_state"] == "matched").to_numpy()
    row = pd.Index(pipe_id).get_indexer(pd.Index(failures["pipe_id"].to_numpy(dtype=object)[late]))
    return np.bincount(row[row >= 0], minlength=len(pipe_id))


def _happened(new: Array, by_class: Array, since: datetime.date) -> Array:
    """Return what happened to each pipe, in words."""
    several = tr("{count} failures since {since}")
    words = {
        1: tr("1 failure since {since}").format(since=since),
        **{count: several.format(count=count, since=since) for count in set(new.tolist()) if count > 1},
    }
    quiet = np.where(
        by_class,
        tr(
            "no failure of its own since {since}: pipes like it failed, others got better, or its age put it "
            "on the policy list"
        ),
        tr("no failure of its own since {since}: pipes like it failed"),
    )
    return np.array(
        [words.get(count, text.format(since=since)) for count, text in zip(new.tolist(), quiet.tolist())],
        dtype=object,
    )


def worsened(
    before: pd.DataFrame,
    now: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    run_id: str,
    before_as_of: datetime.date,
    as_of: datetime.date,
    settings: Settings,
) -> Worsening:
    """Return the pipes that are in a worse class than in an earlier run, or whose rate grew.

    Parameters
    ----------
    before, now
        The runs: pipe_id, class, rate_per_100km_y; reasons of the later one.
    failures
        date, kind, pipe_id, match_state.
    run_id, before_as_of
        The earlier run.
    as_of
        Day of the later run; failures after it are not counted.
    settings
        From which growth, and from which rate, a pipe is warned of.
    """
    both = before[["pipe_id", "class", "rate_per_100km_y"]].merge(
        now[["pipe_id", "class", "rate_per_100km_y", "reasons"]],
        on="pipe_id",
        suffixes=("_before", "_now"),
        validate="one_to_one",
    )
    # From worst to best.
    rank = {code: place for place, code in enumerate(CLASSES) if code != UNKNOWN}
    was, is_now = (both[f"class_{side}"].map(rank).to_numpy(float) for side in ("before", "now"))
    old, new = (both[f"rate_per_100km_y_{side}"].to_numpy(float) for side in ("before", "now"))
    by_class = is_now < was
    ratio = settings.real("health.warning_ratio")
    by_rate = (new >= ratio * old * (1 - 1e-9)) & (new >= settings.real("health.warning_rate")) & (new > old)
    rows = np.flatnonzero(by_class | by_rate)
    until = failures[failures["date"] <= pd.Timestamp(as_of)].reset_index(drop=True)
    pipe_id = both["pipe_id"].to_numpy(dtype=object)[rows]
    fresh = _new_failures(pipe_id, until, before_as_of, settings)
    happened = _happened(fresh, by_class[rows], before_as_of)
    rests_on = both["reasons"].to_numpy(dtype=object)[rows]
    between = tr("; ", "between reasons")
    warning = np.where(
        by_class & by_rate, f"{BY_CLASS}+{BY_RATE}", np.where(by_class, BY_CLASS, BY_RATE)
    ).astype(object)
    frame = pd.DataFrame(
        {
            "pipe_id": pipe_id,
            "class_before": both["class_before"].to_numpy(dtype=object)[rows],
            "class_now": both["class_now"].to_numpy(dtype=object)[rows],
            "rate_before": old[rows],
            "rate_now": new[rows],
            "new_failures": fresh,
            "warning": warning[rows],
            "reasons": np.array(
                [f"{first}{between}{then}" for first, then in zip(happened, rests_on)], dtype=object
            ),
        },
        columns=list(COLUMNS),
    )
    frame["place"] = is_now[rows]
    frame["grown"] = -(new - old)[rows]
    ordered = frame.sort_values(["place", "grown", "pipe_id"], ignore_index=True)[list(COLUMNS)]
    return Worsening(
        run_id=run_id,
        as_of=before_as_of,
        pipes=ordered,
        by_class=int(by_class.sum()),
        by_rate=int((by_rate & ~by_class).sum()),
        compared=int((~np.isnan(was) & ~np.isnan(is_now)).sum()),
    )
