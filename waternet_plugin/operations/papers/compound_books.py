"""Books of compounds (一户一册): the network is read once, whatever the number of compounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.months import month_of
from waternet_plugin.core.network.analysis.permits import needs_permit
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.reports.papers.compound_book import (
    CompoundDossier,
    CompoundScore,
    book_of_books,
    compound_book,
)
from waternet_plugin.core.reports.papers.inventory import (
    INVENTORY_COLUMNS,
    counts_as_used,
    take_inventory,
)
from waternet_plugin.core.reports.papers.paper_words import PaperHead, text_or_none
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.operations.compounds.schedule_tanks import read_tanks
from waternet_plugin.operations.compounds.score_compounds import ScoreRequest, read_month_scores
from waternet_plugin.operations.papers.data_state import paper_head
from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult, SubjectPaper
from waternet_plugin.operations.papers.subject_rows import subject_rows
from waternet_plugin.store.network import Network

_COMPOUND = (
    "compound_id", "name", "type", "households", "handover_mode", "drainage", "boundary_kind", "status",
    "grid_id", "manager",
)  # fmt: skip
_CUSTOMER = (
    "customer_id", "compound_id", "kind", "trade", "households", "critical", "permit_no", "permit_until",
)  # fmt: skip
_WORK = ("item_id", "type", "state", "asset", "compound_id", "opened_on", "due_on", "closed_on", "note")
_ITEM = (
    "programme", "compound_id", "state", "agreement_on", "refused_on", "takeover_on", "accepted_on", "note",
)  # fmt: skip


def make_compound_books(network: Network, request: PaperRequest, progress: Progress = SILENT) -> PapersResult:
    """Return the book of each compound.

    Raises
    ------
    InputError
        When there is no such compound, or none at all.
    """
    compounds = pd.DataFrame(network.read("compound", list(_COMPOUND), geometry=True))
    chosen = subject_rows(compounds, "compound", request.subjects)
    archive = read_archive(network, compounds, request, progress.part(0.0, 0.7))
    papers, figures, failed = [], [], {}
    for number, row in enumerate(records(chosen)):
        progress.part(0.7, 1.0).at(number / len(chosen), row["compound_id"])
        try:
            dossier = archive.dossier(row)
        except (WaterNetError, shapely.errors.GEOSException) as error:
            failed[row["compound_id"]] = str(error)
            continue
        figures.append(dossier.figures(request.day))
        place = archive.place(row)
        papers.append(SubjectPaper(row["compound_id"], compound_book(archive.head, dossier), place=place))
    if not papers:
        raise InputError(joined([tr("No paper could be made."), *failed.values()]))
    whole = papers[0]
    if len(papers) > 1:
        whole = SubjectPaper("", book_of_books(archive.head, figures, [paper.report for paper in papers]))
    return PapersResult(archive.head, tuple(papers), whole, failed)


@dataclass(frozen=True)
class CompoundArchive(PlainFrames):
    """All that books of compounds rest on, read once; ``*_at`` name the compound of each row, None for none.

    Parameters
    ----------
    head
        What all books say of the network.
    compounds
        Their rows, polygons in ``geom``; None where there is none.
    pipes
        INVENTORY_COLUMNS and lines.
    tanks
        Rows of `TankSchedule.frame`.
    nodes, customers, works
        Nodes in use, users and work items, each with its compound in ``at``.
    issues
        Open findings, one row an asset: ``asset``, issue_id, rule, severity, assets.
    agreements, files
        Items of programmes and attached files of compounds.
    scores
        By compound.
    grids
        Names of grids by their ids.
    """

    head: PaperHead
    compounds: pd.DataFrame
    pipes: pd.DataFrame
    tanks: pd.DataFrame
    nodes: pd.DataFrame
    customers: pd.DataFrame
    works: pd.DataFrame
    issues: pd.DataFrame
    agreements: pd.DataFrame
    files: pd.DataFrame
    scores: Mapping[str, CompoundScore]
    grids: Mapping[str, Optional[str]]

    def dossier(self, row: dict[str, Any]) -> CompoundDossier:
        """Return all that is recorded of a compound, by its row of ``compounds``."""
        key = row["compound_id"]
        pipes = self.pipes[(self.pipes["compound_id"] == key).to_numpy()]
        tanks = self.tanks[(self.tanks["compound_id"] == key).to_numpy()]
        nodes = self.nodes[(self.nodes["at"] == key).to_numpy()]
        shape = row[GEOMETRY_COLUMN]
        has_boundary = shape is not None and not shape.is_empty
        own = {*pipes["pipe_id"], *nodes["node_id"], key}
        issues = self.issues[self.issues["asset"].isin(own).to_numpy()].drop_duplicates("issue_id")
        return CompoundDossier(
            row={**row, "grid": self.grids.get(row["grid_id"])},
            has_boundary=has_boundary,
            inventory=take_inventory(pipes),
            nodes=nodes,
            tanks=tanks,
            customers=self.customers[(self.customers["at"] == key).to_numpy()],
            agreements=tuple(self._agreements(key)),
            issues=issues,
            works=self.works[(self.works["at"] == key).to_numpy()],
            score=self.scores.get(key),
            has_place=self.place(row) is not None,
        )

    def place(self, row: dict[str, Any]) -> Any:
        """Return what the map of a compound shows: its polygon, else its pipes in use; None for neither."""
        shape = row[GEOMETRY_COLUMN]
        if shape is not None and not shape.is_empty:
            return shape
        own = self.pipes[(self.pipes["compound_id"] == row["compound_id"]).to_numpy()]
        lines = own.loc[counts_as_used(own), GEOMETRY_COLUMN].dropna().tolist()
        return shapely.MultiLineString(lines) if lines else None

    def _agreements(self, key: str) -> list[tuple[str, Any, str]]:
        """Return what programmes and files say of agreements of a compound."""
        words = {
            "agreement_on": tr("agreement signed"),
            "accepted_on": tr("accepted"),
            "takeover_on": tr("taken over"),
            "refused_on": tr("refused"),
        }
        rows = []
        for item in records(self.agreements[(self.agreements["compound_id"] == key).to_numpy()]):
            programme = self.head.label("programme", item["programme"])
            note = text_or_none(item["note"]) or ""
            rows += [
                (f"{programme}: {word}", item[name].date(), note)
                for name, word in words.items()
                if not pd.isna(item[name])
            ]
        for file in records(self.files[(self.files["asset"] == key).to_numpy()]):
            kind = self.head.label("attachment_kind", file["kind"])
            day = None if pd.isna(file["taken_on"]) else file["taken_on"].date()
            rows.append((f"{kind}: {file['file']}", day, text_or_none(file["note"]) or ""))
        return rows


def read_archive(
    network: Network, compounds: pd.DataFrame, request: PaperRequest, progress: Progress = SILENT
) -> CompoundArchive:
    """Read all that books of compounds rest on, once for all of them."""
    progress.at(0.0, table("pipe").label)
    pipes = pd.DataFrame(network.read("pipe", list(INVENTORY_COLUMNS), geometry=True))
    zones = network.read("zone", ["zone_id", "name"], geometry=False)
    schedule, _subject = read_tanks(network, request.day, progress.part(0.1, 0.4))
    nodes = pd.DataFrame(
        network.read(
            "node",
            ["node_id", "kind", "status", "compound_id"],
            where={"status": list(in_use())},
            geometry=True,
        )
    )
    customers = pd.DataFrame(network.read("customer", list(_CUSTOMER), geometry=True))
    works = pd.DataFrame(network.read("work_item", list(_WORK), geometry=True))
    needs = needs_permit(TableRows("customer", customers), network.settings())
    files = network.read(
        "attachment", ["table", "asset", "kind", "file", "taken_on", "note"],
        where={"table": "compound"}, geometry=False,
    )  # fmt: skip
    progress.at(0.5, tr("Scoring the compounds"))
    return CompoundArchive(
        paper_head(network, request),
        compounds,
        pipes,
        schedule.frame,
        nodes.assign(at=_at(nodes, compounds)),
        customers.assign(at=_at(customers, compounds), needs=needs),
        works.assign(at=_at(works, compounds)).sort_values("opened_on", ascending=False, kind="stable"),
        _open_issues(network),
        network.read("programme_item", list(_ITEM), geometry=False),
        files,
        _scores(network, request, progress.part(0.5, 1.0)),
        dict(zip(zones["zone_id"].tolist(), zones["name"].tolist())),
    )


def _at(rows: pd.DataFrame, compounds: pd.DataFrame) -> Array:
    return compound_of(rows, compounds)


def _scores(network: Network, request: PaperRequest, progress: Progress) -> dict[str, CompoundScore]:
    """Return the scores of the month before the day by compound; none where the bands overlap."""
    month = month_of(request.day).plus(-1)
    try:
        scored = read_month_scores(network, ScoreRequest(month=month, as_of=request.day), progress)
    except InputError:
        return {}
    return {
        row["compound_id"]: CompoundScore(
            month.text, row["score_low"], row["score_high"], row["grade"], row["zero_discharge"]
        )
        for row in records(scored.scores.scores)
    }


def _open_issues(network: Network) -> pd.DataFrame:
    """Return open findings, one row an asset, with the words of their rules; errors first."""
    issues = network.read(
        "issue",
        ["issue_id", "rule_id", "severity", "assets", "state"],
        where={"state": "open"},
        geometry=False,
    )
    rules = catalogue()
    words = [rules[rule].title if rule in rules else str(rule) for rule in issues["rule_id"]]
    order = {code: place for place, code in enumerate(domain("severity"))}
    place = np.array([order.get(code, len(order)) for code in issues["severity"]], dtype=float)
    asset = pd.Series([assets_of(text) for text in issues["assets"]], index=issues.index, dtype=object)
    frame = issues.assign(rule=words, place=place, asset=asset)
    frame = frame.sort_values(["place", "issue_id"], kind="stable")
    return frame.explode("asset").reset_index(drop=True)
