"""The check of metered areas: what its rules say, the verdicts, and what lies beside the areas."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.second_proof.networkx_proof import prove_again
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.unjoined import NearbyNetwork, Unjoined
from waternet_plugin.core.network.model.customers import BY_PLACE, FOUND_BY, place_note
from waternet_plugin.core.network.model.end_coordinates import lines_of
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.quality.checking import listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.zones.judgement import ZoneJudgement, judge_zones, rules_to_run
from waternet_plugin.core.quality.zones.proof_checks import PROOFS_DIFFER
from waternet_plugin.core.quality.zones.stored_checks import input_hashes
from waternet_plugin.core.quality.zones.zone_context import dma_of, second_proof_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed as enumerated
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class ZoneCheck(PlainFrames):
    """What a check of metered areas finds.

    Parameters
    ----------
    judged
        All zones, and the findings of each.
    frame
        The findings as issues, by rules.
    rules
        Ids of the rules that ran.
    hashes
        Of what each zone is made of, by its id.
    unjoined
        What lies on or beside the pipes of the zones that were asked for without being joined to them.
    place_note
        How many customers count at the nearest pipe; '' for none.
    """

    judged: ZoneJudgement
    frame: pd.DataFrame
    rules: tuple[str, ...]
    hashes: dict[str, str]
    unjoined: Unjoined
    place_note: str


def check_zones(
    model: DmaModel,
    outlines: gpd.GeoDataFrame,
    existing: pd.DataFrame,
    settings: Settings,
    *,
    asked: tuple[str, ...],
    is_live: bool,
    today: datetime.date,
    progress: Progress,
) -> ZoneCheck:
    """Check the metered areas of a network.

    Parameters
    ----------
    model
        The network, as a scenario has it where one is checked.
    outlines
        zone_id and polygon of the zones.
    existing
        The issues of the network.
    asked
        Ids of zones beside which unjoined assets are looked for; all if empty.
    is_live
        Whether it is the network as it is, not a scenario.

    Raises
    ------
    InputError
        Where the network has no metered areas, or one that was asked for is none.
    """
    _refuse_unknown(model, asked)
    context = CheckContext(
        {
            "pipe": model.pipes,
            "node": model.nodes,
            "customer": model.customers,
            "zone": _with_outlines(model.zones, outlines),
        },
        settings,
        today=today,
        connected=model.connected,
    )
    context.give(dma_of, model.dma)
    proof = prove_again(model, progress=progress.part(0.0, 0.5))
    context.give(second_proof_of, proof)
    rules = rules_to_run()
    if not proof.version:
        # What was found by a second proof before stays until there is one again.
        rules = tuple(rule for rule in rules if rule != PROOFS_DIFFER)
    by_rule = run(context, rules, progress.part(0.5, 1.0))
    progress.at(1.0, tr("Judging the metered areas"))
    frame = listed(context, by_rule)
    return ZoneCheck(
        judge_zones(context, by_rule, frame, existing, is_live=is_live),
        frame,
        rules,
        input_hashes(model),
        _unjoined(model, asked, settings),
        place_note(_counted_by_place(model), model.settings),
    )


def _unjoined(model: DmaModel, asked: tuple[str, ...], settings: Settings) -> Unjoined:
    """Return what lies beside the pipes of zones, of all where none is asked for."""
    dma = model.dma
    wanted = np.array([not asked or name in asked for name in dma.zones.zone_id], dtype=bool)
    rows = np.flatnonzero(dma.counts & (dma.zone >= 0))
    surroundings = NearbyNetwork(model.connected, lines_of(model.pipes), model.nodes, settings)
    return surroundings.beside(rows[wanted[dma.zone[rows]]])


def _counted_by_place(model: DmaModel) -> int:
    """Return how many customers of zones count at the nearest pipe."""
    pipe = model.dma.customer_pipe
    inside = (pipe >= 0) & (np.append(model.dma.zone, -1)[pipe] >= 0)
    return int((model.customers[FOUND_BY].to_numpy(dtype=object)[inside] == BY_PLACE).sum())


def _refuse_unknown(model: DmaModel, asked: tuple[str, ...]) -> None:
    known = set(map(str, model.dma.zones.zone_id))
    if not known:
        raise InputError(
            tr(
                "This network has no metered area: no zone in use is of the kind dma. Draw one first, or "
                "adopt the zones that you have."
            )
        )
    strange = sorted(set(asked) - known)
    if strange:
        message = tr("There is no metered area {zones}. Give ids of zones of the kind dma, or none for all.")
        raise InputError(message.format(zones=enumerated(strange)))


def _with_outlines(zones: pd.DataFrame, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return zones, row by row, with their polygons."""
    shapes = dict(zip(outlines["zone_id"], outlines[GEOMETRY_COLUMN]))
    column = gpd.GeoSeries(
        [shapes.get(name) for name in zones["zone_id"]], index=zones.index, crs=outlines.crs
    )
    return gpd.GeoDataFrame(zones.assign(**{GEOMETRY_COLUMN: column}), geometry=GEOMETRY_COLUMN)
