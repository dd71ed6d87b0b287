"""Find misconnections and keep them as issues; search the manholes for a source."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.drainage.manhole_search import search_manholes
from waternet_plugin.core.drainage.misconnection_list import list_misconnections
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.checking import CheckFindings, listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.issue_lifecycle import FIXED, ISSUE_COLUMNS, with_xy
from waternet_plugin.core.quality.merged_findings import Checked, merge_findings
from waternet_plugin.core.quality.misconnected.table import RULES
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.drainage.misconnections import (
    misconnections_report,
    search_lines,
    summary_lines,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import read_drains, write_issues
from waternet_plugin.operations.network.live_network import loaded_network
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_NEAR = "quality.misconnection_near_m"


@dataclass(frozen=True)
class MisconnectionRequest:
    """What to look for.

    Parameters
    ----------
    name
        What people see in the list of batches.
    near_m
        Distance up to which ends that are not joined are looked at, m; None: as the settings say.
    store
        Whether the findings are kept as issues.
    today
        The day on which the network is judged; that of the computer if None.
    """

    name: str
    near_m: Optional[float] = None
    store: bool = False
    today: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        if self.near_m is not None and not 0 <= self.near_m <= 5:
            raise InputError(tr("NEAR must lie between 0 and 5 m."))


@dataclass(frozen=True)
class MisconnectionResult(Written, PlainFrames):
    """Misconnections with their places.

    Parameters
    ----------
    found
        As `MisconnectionList.frame`, with the place in column ``geom``.
    per_1000
        Joined M1 to M5 per 1,000 ends of sewage and storm drains; NaN without any.
    report
        The same by rule.
    summary
        The answer in sentences.
    """

    found: gpd.GeoDataFrame
    per_1000: float
    report: Report
    summary: tuple[str, ...]


@dataclass(frozen=True)
class _MisconnectionInput:
    """What is read of a network: its position, its issues if they are wanted, its drains."""

    seen: str
    title: str
    crs: CRS
    settings: Settings
    existing: Optional[pd.DataFrame]
    tables: Mapping[str, pd.DataFrame]


def find_misconnections(
    network: Network,
    request: MisconnectionRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Optional[Callable[[MisconnectionResult], None]] = None,
) -> MisconnectionResult:
    """Find drains joined to the wrong system.

    Parameters
    ----------
    before_commit
        Called with the result before the batch is committed, once more where issues were changed meanwhile,
        or at the end where none is written; when it raises, nothing is written.

    Raises
    ------
    ConflictError
        When issues were changed a second time meanwhile.
    """
    inputs = _MisconnectionInput(
        network.position(),
        network.title,
        network.crs,
        network.settings(),
        network.read("issue", [*ISSUE_COLUMNS]) if request.store else None,
        read_drains(network, progress.part(0.0, 0.6), columns=WAY_COLUMNS),
    )
    near = {} if request.near_m is None else {_NEAR: str(request.near_m)}
    day = request.today or datetime.date.today()
    context = CheckContext(inputs.tables, inputs.settings.replaced(near), today=day)
    progress.at(0.6, tr("Looking for misconnections"))
    every = list_misconnections(context)
    result = MisconnectionResult(
        "",
        _placed(every.frame, inputs.crs),
        every.per_1000,
        misconnections_report(every, network=inputs.title),
        tuple(summary_lines(every)),
    )
    if inputs.existing is None:
        if before_commit is not None:
            before_commit(result)
        return result
    existing = with_xy(inputs.existing)
    frame = listed(context, run(context, RULES, progress.part(0.7, 0.8)))
    counts = {rule: int((frame["rule_id"] == rule).sum()) for rule in RULES}
    findings = CheckFindings(_with_roots(frame, existing), counts, RULES)
    checked = Checked(
        findings,
        merge_findings(findings, existing, None, ()),
        (),
        last=None,
        complete=False,
        existing=existing,
        seen=inputs.seen,
    )

    def ready(_final: Checked) -> None:
        if before_commit is not None:
            before_commit(result)

    number = write_issues(network, checked, name=request.name, within=ready, progress=progress)
    return replace(result, batch_id=number)


def _with_roots(frame: pd.DataFrame, existing: pd.DataFrame) -> pd.DataFrame:
    """Return findings that stand alone under the roots of other families that they had, while these stand."""
    others = existing.loc[~existing["rule_id"].isin(RULES) & (existing["state"] != FIXED), "issue_id"]
    before = frame["issue_id"].map(existing.set_index("issue_id")["root"])
    kept = frame["root"].isna() & before.isin(others)
    return frame.assign(root=frame["root"].mask(kept, before))


def _placed(frame: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(frame["x"].astype(float), frame["y"].astype(float), crs=crs)
    rows = frame.drop(columns=["x", "y"]).reset_index(drop=True)
    return gpd.GeoDataFrame(rows, geometry=points).rename_geometry(GEOMETRY_COLUMN)


@dataclass(frozen=True)
class SearchResult(PlainFrames):
    """What a search for a source has left: covers and candidates with their places, and the answer."""

    covers: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    expected: float
    summary: tuple[str, ...]
    notes: tuple[str, ...]


def next_manhole(
    network: Network,
    dirty: tuple[str, ...] = (),
    clean: tuple[str, ...] = (),
    progress: Progress = SILENT,
) -> SearchResult:
    """Tell where sewage may enter storm drains and which cover to open next; nothing is written.

    Parameters
    ----------
    dirty, clean
        Ids of manholes with and without sewage; where both are empty the newest readings tell.
    """
    ready = loaded_network(network.address)
    if ready is not None and (dirty or clean):
        with ready.answering(progress.part(0.0, 0.7)):
            progress.at(0.7, tr("Searching the drains"))
            found = search_manholes(ready.drains(), dirty, clean)
    else:
        tables = read_drains(network, progress.part(0.0, 0.7), columns=WAY_COLUMNS)
        context = CheckContext(tables, network.settings(), today=datetime.date.today())
        progress.at(0.7, tr("Searching the drains"))
        found = search_manholes(context, dirty, clean)
    lines = tuple(search_lines(found))
    return SearchResult(
        _placed(found.covers, network.crs),
        _placed(found.candidates, network.crs),
        found.expected,
        () if found.several else lines,
        lines if found.several else (),
    )
