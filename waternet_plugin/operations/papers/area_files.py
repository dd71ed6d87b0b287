"""Files of areas (一区一档): the network is read once, whatever the number of zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.frames import PlainFrames, made_of, records
from waternet_plugin.core.health.rates.counting import known_by
from waternet_plugin.core.network.analysis.surrounding_areas import sound_areas
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.papers.area_file import AreaDossier, area_file, file_of_areas
from waternet_plugin.core.reports.papers.inventory import (
    INVENTORY_COLUMNS,
    counts_as_used,
    take_inventory,
)
from waternet_plugin.core.reports.papers.paper_words import PaperHead
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.operations.health.recorded_runs import read_runs
from waternet_plugin.operations.papers.data_state import paper_head
from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult, SubjectPaper
from waternet_plugin.operations.papers.subject_rows import subject_rows
from waternet_plugin.operations.papers.yearbook_statistics import lengths_inside
from waternet_plugin.operations.renewal.recorded_plans import read_plans
from waternet_plugin.store.network import Network

_ZONE = ("zone_id", "kind", "name")
_PROJECT = ("project_id", "plan_id", "year", "street", "length_m", "cost", "state", "pipe_ids")
_NIGHT = ("zone_id", "night", "leak_m3h", "minimum_hour_m3h")
_BALANCE = ("zone_id", "from_date", "to_date", "supply_m3", "loss_m3", "loss_rate")
_BETWEEN = ";"


def make_area_files(network: Network, request: PaperRequest, progress: Progress = SILENT) -> PapersResult:
    """Return the file of each zone.

    Raises
    ------
    InputError
        When there is no such zone, or none at all.
    """
    zones = pd.DataFrame(network.read("zone", list(_ZONE), geometry=True))
    chosen = subject_rows(zones, "zone", request.subjects)
    archive = read_archive(network, request, progress.part(0.0, 0.5))
    papers, figures, failed = [], [], {}
    for number, row in enumerate(records(chosen)):
        progress.part(0.5, 1.0).at(number / len(chosen), row["zone_id"])
        try:
            dossier = archive.dossier(row)
        except (WaterNetError, shapely.errors.GEOSException) as error:
            failed[row["zone_id"]] = str(error)
            continue
        figures.append(dossier.figures(archive.head))
        place = row[GEOMETRY_COLUMN] if dossier.has_place else None
        papers.append(SubjectPaper(row["zone_id"], area_file(archive.head, dossier), place=place))
    if not papers:
        raise InputError(joined([tr("No paper could be made."), *failed.values()]))
    whole = papers[0]
    if len(papers) > 1:
        whole = SubjectPaper("", file_of_areas(archive.head, figures, [paper.report for paper in papers]))
    return PapersResult(archive.head, tuple(papers), whole, failed)


@dataclass(frozen=True)
class AreaArchive(PlainFrames):
    """All that files of areas rest on, read once.

    Parameters
    ----------
    head
        What all files say of the network.
    pipes
        Those in use with INVENTORY_COLUMNS and lines.
    failures
        Their dates and places.
    classes
        Class of each pipe in the newest assessment, None without one.
    assessed_on
        The day of that assessment; '' without one.
    projects
        Those of the plan that is shown.
    nights, balances
        Night flows and water balances of zones.
    """

    head: PaperHead
    pipes: pd.DataFrame
    failures: pd.DataFrame
    classes: Optional[pd.Series]
    assessed_on: str
    projects: pd.DataFrame
    nights: pd.DataFrame
    balances: pd.DataFrame

    def dossier(self, row: dict[str, Any]) -> AreaDossier:
        """Return all that is recorded of a zone, by its row of the table."""
        shape = row[GEOMETRY_COLUMN]
        metres = lengths_inside(self.pipes, shape)
        inside = metres > 0
        pipes = self.pipes[inside]
        own = set(pipes["pipe_id"])
        named = [bool(own & set(str(ids or "").split(_BETWEEN))) for ids in self.projects["pipe_ids"]]
        nights = self.nights[(self.nights["zone_id"] == row["zone_id"]).to_numpy()]
        balances = self.balances[(self.balances["zone_id"] == row["zone_id"]).to_numpy()]
        return AreaDossier(
            row=row,
            inventory=take_inventory(pipes, metres[inside]),
            failures=self._failures(shape),
            classes=self._classes(pipes, metres[inside]),
            assessed_on=self.assessed_on,
            projects=self.projects[np.array(named, dtype=bool)].sort_values(
                ["year", "project_id"], kind="stable"
            ),
            nights=nights.dropna(subset=["leak_m3h"]).sort_values("night", kind="stable"),
            balances=balances.sort_values("to_date", kind="stable"),
            has_place=shape is not None and not shape.is_empty,
        )

    def _failures(self, shape: Any) -> pd.DataFrame:
        """Return the failures inside by year."""
        if shape is None:
            return made_of({"year": np.zeros(0), "count": np.zeros(0)})
        sound = sound_areas(np.array([shapely.force_2d(shape)], dtype=object))[0]
        places = self.failures[GEOMETRY_COLUMN].to_numpy(dtype=object)
        years = self.failures["date"].dt.year[shapely.intersects(places, sound)]
        counts = years.value_counts(dropna=False).sort_index()
        return made_of({"year": counts.index.to_numpy(dtype=float), "count": counts.to_numpy(dtype=float)})

    def _classes(self, pipes: pd.DataFrame, metres: Any) -> Optional[pd.DataFrame]:
        """Return the pipes by class, the worst first."""
        if self.classes is None:
            return None
        found = self.classes.reindex(pipes["pipe_id"].to_numpy(dtype=object))
        codes = found.where(found.notna(), "unknown").to_numpy(dtype=object)
        sums = pd.DataFrame({"class": codes, "length_m": metres}).groupby("class")["length_m"]
        table_of = sums.agg(["size", "sum"])
        order = [code for code in domain("health_class") if code in table_of.index]
        table_of = table_of.loc[order]
        return made_of(
            {
                "class": np.array(order, dtype=object),
                "count": table_of["size"].to_numpy(dtype=float),
                "length_m": table_of["sum"].to_numpy(dtype=float),
            }
        )


def read_archive(network: Network, request: PaperRequest, progress: Progress = SILENT) -> AreaArchive:
    """Read all that files of areas rest on, once for all of them."""
    progress.at(0.0, table("pipe").label)
    pipes = pd.DataFrame(network.read("pipe", list(INVENTORY_COLUMNS), geometry=True))
    progress.at(0.5, table("failure").label)
    failures = pd.DataFrame(network.read("failure", ["date"], geometry=True))
    failures = known_by(failures, request.day)
    run = read_runs(network).shown
    classes = None
    if run is not None:
        rated = network.read("assessment", ["pipe_id", "class"], where={"run_id": run.run_id}, geometry=False)
        classes = pd.Series(
            rated["class"].to_numpy(dtype=object), index=rated["pipe_id"].to_numpy(dtype=object)
        )
    shown = read_plans(network).shown
    projects = network.read("project", list(_PROJECT), geometry=False)
    if shown is not None:
        projects = projects[(projects["plan_id"] == shown.plan_id).to_numpy()]
    return AreaArchive(
        paper_head(network, request),
        pipes[counts_as_used(pipes)].reset_index(drop=True),
        failures,
        classes,
        run.as_of.isoformat() if run is not None and run.as_of else "",
        projects,
        network.read("zone_night", list(_NIGHT), geometry=False),
        network.read("zone_balance", list(_BALANCE), geometry=False),
    )
