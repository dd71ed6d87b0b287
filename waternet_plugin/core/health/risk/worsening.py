"""Early warning: the pipes that got worse since the last assessment, and why."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import Fact, joined, stored_text
from waternet_plugin.core.frames import PlainFrames, last_of_each
from waternet_plugin.core.health.rates import reason_words as words
from waternet_plugin.core.health.rates.counting import counted
from waternet_plugin.core.health.risk.classes import CLASSES, UNKNOWN
from waternet_plugin.core.health.risk.comparability import SettingDifference, classes_alike, rates_alike
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.settings import Settings

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
    "reason_facts",
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
        class+rate; ``reasons`` says what happened and then what the rate rests on, ``reason_facts`` has
        the same as facts.
    by_class, by_rate
        How many changed to a worse class, and how many are warned of for their rate alone.
    compared
        Pipes that both runs rate.
    changed, rates_changed
        What was set otherwise, and on how many pipes the rate is another one. Where limits were moved no
        class is compared, where the making of rates was, nothing is.
    """

    run_id: str
    as_of: datetime.date
    pipes: pd.DataFrame
    by_class: int
    by_rate: int
    compared: int
    changed: tuple[SettingDifference, ...] = ()
    rates_changed: int = 0


def _new_failures(
    pipe_id: Array, failures: pd.DataFrame, since: datetime.date, as_of: datetime.date, settings: Settings
) -> Array:
    """Return the failures of each pipe after a day, up to another."""
    pipes = pd.DataFrame({"pipe_id": pipe_id})
    first = since + datetime.timedelta(days=1)
    counts = counted(failures, pipes, as_of=as_of, window_start=first, settings=settings)
    return np.bincount(counts.pipe[counts.in_rate], minlength=len(pipe_id))


def _happened(new: Array, by_class: Array, since: datetime.date) -> list[Fact]:
    """Return what happened to each pipe."""
    day = since.isoformat()

    def fact(count: int, class_: bool) -> Fact:
        if count == 1:
            return {"is": words.ONE_SINCE, "since": day}
        if count:
            return {"is": words.FAILURES_SINCE, "count": count, "since": day}
        return {"is": words.LIKE_IT_OR_POLICY_SINCE if class_ else words.LIKE_IT_SINCE, "since": day}

    return [fact(count, class_) for count, class_ in zip(new.tolist(), by_class.tolist())]


def _warnings(by_class: Array, by_rate: Array) -> Array:
    """Return what each pipe is warned of for."""
    names = np.array([BY_RATE, BY_CLASS, f"{BY_CLASS}+{BY_RATE}"], dtype=object)
    return np.asarray(names[np.where(by_class, np.where(by_rate, 2, 1), 0)])


def worsened(
    before: pd.DataFrame,
    now: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    run_id: str,
    before_as_of: datetime.date,
    as_of: datetime.date,
    settings: Settings,
    changed: tuple[SettingDifference, ...] = (),
) -> Worsening:
    """Return the pipes that are in a worse class than in an earlier run, or whose rate grew.

    Parameters
    ----------
    before, now
        The runs: pipe_id, class, rate_per_100km_y; reasons and reason_facts of the later one.
    failures
        date, kind, pipe_id, match_state.
    run_id, before_as_of
        The earlier run.
    as_of
        Day of the later run; failures after it are not counted.
    settings
        From which growth, and from which rate, a pipe is warned of.
    changed
        What was set otherwise for the later run (`like`).
    """
    earlier, later = last_of_each(before, "pipe_id"), last_of_each(now, "pipe_id")
    at = rows_of_ids(later["pipe_id"], earlier["pipe_id"])
    earlier, later = earlier[at >= 0], later.iloc[at[at >= 0]]
    # From worst to best.
    rank = {code: class_index for class_index, code in enumerate(CLASSES) if code != UNKNOWN}
    was, is_now = (run["class"].map(rank).to_numpy(float) for run in (earlier, later))
    old, new = (run["rate_per_100km_y"].to_numpy(float) for run in (earlier, later))
    by_class = (is_now < was) & classes_alike(changed)
    ratio = settings.real("health.warning_ratio")
    by_rate = (new >= ratio * old * (1 - 1e-9)) & (new >= settings.real("health.warning_rate")) & (new > old)
    by_rate &= rates_alike(changed)
    rows = np.flatnonzero(by_class | by_rate)
    pipe_id = later["pipe_id"].to_numpy(dtype=object)[rows]
    fresh = _new_failures(pipe_id, failures, before_as_of, as_of, settings)
    happened = _happened(fresh, by_class[rows], before_as_of)
    facts, sentences = (later[name].to_numpy(dtype=object)[rows] for name in ("reason_facts", "reasons"))
    reasons = [
        (first, *words.WORDS.read(kept_then, said_then))
        for first, kept_then, said_then in zip(happened, facts, sentences)
    ]
    frame = pd.DataFrame(
        {
            "pipe_id": pipe_id,
            "class_before": earlier["class"].to_numpy(dtype=object)[rows],
            "class_now": later["class"].to_numpy(dtype=object)[rows],
            "rate_before": old[rows],
            "rate_now": new[rows],
            "new_failures": fresh,
            "warning": _warnings(by_class, by_rate)[rows],
            "reasons": [joined(sentence) for sentence in words.WORDS.say_each(reasons)],
            "reason_facts": [stored_text(every) for every in reasons],
            "place": is_now[rows],
            "grown": -(new - old)[rows],
        },
    )
    ordered = frame.sort_values(["place", "grown", "pipe_id"], ignore_index=True)[list(COLUMNS)]
    return Worsening(
        run_id=run_id,
        as_of=before_as_of,
        pipes=ordered,
        by_class=int(by_class.sum()),
        by_rate=int((by_rate & ~by_class).sum()),
        compared=int((~np.isnan(was) & ~np.isnan(is_now)).sum()),
        changed=changed,
        # NaN is not a number: a pipe that one run does not rate has no other rate.
        rates_changed=int((np.abs(new - old) > 1e-9 * np.maximum(old, new)).sum()),
    )
