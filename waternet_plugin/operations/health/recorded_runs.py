"""What the network keeps of its assessments: the list of runs, which one shows, what each found."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.json_text import stored_object

if TYPE_CHECKING:
    from waternet_plugin.core.health.risk.matrix import Matrix
    from waternet_plugin.core.health.risk.summary import Summary
    from waternet_plugin.core.health.risk.worsening import Worsening
    from waternet_plugin.store import Network

_KM = 1000.0


@dataclass(frozen=True)
class Run:
    """One assessment: when, by whom, and all figures that its report held.

    ``parameters`` are those of the algorithm, with the settings then in force under ``settings``.
    """

    run_id: str
    name: str
    as_of: datetime.date | None
    made_on: datetime.datetime | None
    made_by: str
    parameters: dict[str, Any]
    figures: dict[str, Any]

    @property
    def renew_now_m(self) -> float:
        """Metres to renew now."""
        return float(self.figures.get("class_km", {}).get("renew_now") or 0.0) * _KM

    @property
    def rated_m(self) -> float:
        """Metres that were rated."""
        return float(self.figures.get("rated_km") or 0.0) * _KM

    @property
    def got_worse(self) -> int:
        """Pipes that got worse since the run before."""
        worse = self.figures.get("worse") or {}
        return int(worse.get("by_class") or 0) + int(worse.get("by_rate") or 0)

    @property
    def has_other_limits(self) -> bool:
        """Whether limits or the making of rates were changed since the run before."""
        changed = (self.figures.get("worse") or {}).get("changed") or ()
        return any(one["moves"] != "bands" for one in changed)

    @property
    def network_rate(self) -> float:
        """The network's mean rate, failures per 100 km and year; NaN where nothing was rated."""
        value = self.figures.get("network_rate")
        return float("nan") if value is None else float(value)


@dataclass(frozen=True)
class Runs:
    """Every run, the oldest first, the one that the map shows, and whether somebody chose it.

    ``pipes`` counts those of the network, which could be assessed.
    """

    runs: tuple[Run, ...]
    shown: Run | None
    chosen: bool
    pipes: int

    def named(self, run_id: str) -> Run | None:
        """Return a run by its id."""
        return next((run for run in self.runs if run.run_id == run_id), None)


def _moment(value: Any) -> datetime.datetime | None:
    """Return a moment of a frame, None for unknown."""
    import pandas as pd

    return None if pd.isna(value) else value.to_pydatetime()


def read_runs(network: Network) -> Runs:
    """Read the list of runs of a network."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.schema.map_views import SHOWN_RUN

    frame = network.read("assessment_run", geometry=False)
    runs = []
    for row in records(frame):
        as_of = _moment(row["as_of"])
        runs.append(
            Run(
                run_id=str(row["run_id"]),
                name=str(row["name"] or ""),
                as_of=as_of.date() if as_of else None,
                made_on=_moment(row["made_on"]),
                made_by=str(row["made_by"] or ""),
                parameters=stored_object(row["parameters"]),
                figures=stored_object(row["summary"]),
            )
        )
    wanted = network.facts().get(SHOWN_RUN, "")
    chosen = next((run for run in runs if run.run_id == wanted), None)
    shown = chosen or (runs[-1] if runs else None)
    return Runs(tuple(runs), shown, chosen is not None, network.count("pipe"))


def _date(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _real(value: Any) -> float:
    """Return a number of a JSON text, which writes unknown and endless as null."""
    return float("nan") if value is None else float(value)


def _matrix(figures: dict[str, Any] | None) -> Matrix | None:
    """Return the matrix of a run, None of runs made before there was one."""
    from waternet_plugin.core.health.risk.matrix import Matrix

    if not figures:
        return None
    return Matrix(
        pipes=tuple(tuple(row) for row in figures["pipes"]),
        km=tuple(tuple(row) for row in figures["km"]),
        unknown_pipes=figures["unknown_pipes"],
        unknown_km=figures["unknown_km"],
    )


def worse_of(run: Run) -> Worsening | None:
    """Return what an assessment found worse than the one before, its first pipes; None where nothing kept."""
    import pandas as pd

    from waternet_plugin.core.health.risk.comparability import SettingDifference
    from waternet_plugin.core.health.risk.worsening import COLUMNS, Worsening

    figures = run.figures.get("worse")
    if not figures:
        return None
    as_of = _date(figures["as_of"])
    assert as_of is not None
    return Worsening(
        run_id=str(figures["run_id"]),
        as_of=as_of,
        pipes=pd.DataFrame(figures["top"], columns=list(COLUMNS)),
        by_class=int(figures["by_class"]),
        by_rate=int(figures["by_rate"]),
        compared=int(figures["compared"]),
        changed=tuple(SettingDifference(**one) for one in figures.get("changed") or ()),
        rates_changed=int(figures.get("rates_changed") or 0),
    )


def summary_of(run: Run) -> Summary:
    """Return what an assessment found, as it was when it was made."""
    import dataclasses

    from waternet_plugin.core.health.rates.window import Window
    from waternet_plugin.core.health.risk.summary import CohortRow, Summary

    figures = run.figures
    as_of = _date(figures["as_of"])
    assert as_of is not None
    window = Window(
        start=_date(figures["window_start"]),
        end=as_of,
        found=figures["window_found"],
        yearly=tuple(figures["failures_by_year_back"]),
        last=_date(figures["last_failure"]),
        share=_real(run.parameters.get("settings", {}).get("health.window_share")),
        gaps=tuple(
            (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
            for first, last in figures.get("window_gaps") or ()
        ),
        first=_date(figures.get("first_failure")),
    )
    cohorts = tuple(
        CohortRow(
            **{
                **row,
                "year_from": _real(row["year_from"]),
                # The widest class has no upper end.
                "diameter_to_mm": float("inf") if row["diameter_to_mm"] is None else row["diameter_to_mm"],
                "diameter_from_mm": _real(row["diameter_from_mm"]),
            }
        )
        for row in figures["cohorts"]
    )
    plain = {
        field.name: figures[field.name]
        for field in dataclasses.fields(Summary)
        if field.name not in ("as_of", "window", "cohorts", "matrix") and field.name in figures
    }
    numbers = ("network_rate", "survey_rate", "scale", "expected_failures", "risk", "matched_share")
    plain.update({name: _real(plain[name]) for name in numbers})
    return Summary(
        as_of=as_of, window=window, cohorts=cohorts, matrix=_matrix(figures.get("matrix")), **plain
    )
