"""Total meters and sub-meters as the pipes tell, kept as one batch if asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.reports.users.meter_links import link_report, link_sheets, link_summary
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.users.compound_loss import METER_KINDS
from waternet_plugin.core.users.meter_tree import NEW, OTHER, TREE_COLUMNS, links_to_write, meter_links
from waternet_plugin.operations.network.prepared_network import prepared_for_traces
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class MeterTreeRequest:
    """What is asked.

    Parameters
    ----------
    totals
        Ids of total meters below which sub-meters are wanted; empty for all.
    replace
        Whether total meters that are written otherwise are replaced; else they stay.
    store
        Whether the total meters are kept in the network.
    """

    totals: tuple[str, ...] = ()
    replace: bool = False
    store: bool = False


@dataclass(frozen=True)
class MeterTreeResult(Written, PlainFrames):
    """Total meters as the pipes tell.

    Parameters
    ----------
    links
        `core.users.meter_tree.LINK_COLUMNS` by id, with the place in ``geom``.
    written
        How many meters got another total meter; 0 unless asked to keep them.
    sheets
        What a workbook holds: title, headings and rows of each sheet.
    summary, notes
        The answer in sentences, and what to know.
    """

    links: gpd.GeoDataFrame
    written: int
    report: Report
    sheets: tuple[Sheet, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def propose_meter_tree(
    network: Network,
    request: MeterTreeRequest = MeterTreeRequest(),
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[MeterTreeResult], Any] = no_outputs,
) -> MeterTreeResult:
    """Return the total meter of each meter in use by the pipes; with ``store`` write them as one batch.

    Raises
    ------
    InputError
        Where the network has no source, or no such total meter.
    ConflictError
        When somebody changed the meters twice meanwhile.
    """
    return with_newest_rows(
        lambda notes: _propose(network, request, progress, before_commit, notes), progress
    )


def _propose(
    network: Network,
    request: MeterTreeRequest,
    progress: Progress,
    before_commit: Callable[[MeterTreeResult], Any],
    notes: tuple[str, ...],
) -> MeterTreeResult:
    seen = network.position()
    meters = network.read("node", list(TREE_COLUMNS), where={"kind": list(METER_KINDS)})
    strange = sorted(set(request.totals) - set(meters["node_id"]))
    if strange:
        message = tr("There is no meter {names} in this network. Give ids of total meters, or none for all.")
        raise InputError(message.format(names=shortened(strange)))
    customers = network.read("customer", ["customer_id", "meter_id", "pipe_id"], geometry=False)
    named = customers[customers["meter_id"].notna() & customers["pipe_id"].notna()]
    named = named.sort_values("customer_id", kind="stable").drop_duplicates("meter_id")
    pipe_of_meter = dict(zip(named["meter_id"], named["pipe_id"]))
    with prepared_for_traces(network, progress.part(0.1, 0.6)) as works:
        if not works.sources.any():
            raise InputError(
                tr(
                    "The network has no source, so what lies downstream of a meter is unknown. Draw its "
                    "source or plant."
                )
            )
        progress.at(0.6, tr("Looking for what each meter feeds"))
        links = meter_links(works, pd.DataFrame(meters), pipe_of_meter)
    links = links_to_write(links, pd.DataFrame(meters), replace=request.replace)
    if request.totals:
        below = links["proposed_parent"].isin(request.totals) | links["meter_parent"].isin(request.totals)
        links = links[below].reset_index(drop=True)
    place = dict(zip(meters["node_id"], shapely.force_2d(meters[GEOMETRY_COLUMN].to_numpy())))
    shapes = gpd.GeoSeries([place[one] for one in links["node_id"]], crs=network.crs)
    placed = gpd.GeoDataFrame(links, geometry=shapes).rename_geometry(GEOMETRY_COLUMN)
    states = (NEW, OTHER) if request.replace else (NEW,)
    changed = links[links["state"].isin(states)] if request.store else links[:0]
    result = MeterTreeResult(
        "", placed, len(changed), link_report(links, network=network.title), link_sheets(links),
        tuple(link_summary(links)), notes,
    )  # fmt: skip
    if not len(changed):
        return finish_without_batch(result, before_commit)
    rows = pd.DataFrame(
        [{"node_id": row["node_id"], "meter_parent": row["proposed_parent"]} for row in records(changed)]
    )
    with network.write(
        "edit", name=tr("Total meters by the pipes"), facts={"meters": len(rows)}, seen=seen,
        progress=progress.part(0.7, 0.95),
    ) as batch:  # fmt: skip
        batch.update("node", rows)
        return finish(batch, result, before_commit)
