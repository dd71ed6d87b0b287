"""Read what night flow is computed of."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.exchange.epanet.reading.imported_file import imported_file_of
from waternet_plugin.core.exchange.epanet.reading.tank_areas import tank_areas
from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.leakage.night_readings import ZONE_COLUMNS, NightRows
from waternet_plugin.core.readings.recorded_series import COUNTER, FLOW, LEVEL, PRESSURE
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network

_SYSTEMS = ("potable", "raw_water")


def read_night_rows(network: Network) -> NightRows:
    """Read what night flow is computed of; only rows that name a zone where there may be very many."""
    customers = read_supplied(network, ["pipe_id", "kind", "households"])
    settings = network.settings()
    storage_kinds = [*settings.words("network.tank_kinds"), *settings.words("leakage.cistern_kinds")]
    zones = network.read("zone", [*ZONE_COLUMNS], where={"kind": "dma"}, geometry=False)
    ids = [str(name) for name in zones["zone_id"]]
    columns = ["node_id", "meter_in", "meter_out"]
    sides = [network.read("node", columns, where={side: ids}, geometry=False) for side in columns[1:]]
    boundary = pd.concat(sides, ignore_index=True).drop_duplicates("node_id")
    wanted = ["pipe_id", "dma_id", "length_m", "function", "status"]
    pipes = network.read("pipe", wanted, where={"dma_id": ids}, geometry=False)
    storage = network.read(
        "node",
        [*columns, "tank_volume_m3", "depth_m", "system"],
        where={"kind": storage_kinds, "status": list(in_use())},
        geometry=False,
    )
    # A tank that is a meter itself lies on the boundary.
    is_inside = storage["meter_in"].isna() & storage["meter_out"].isna()
    is_supplied = storage["system"].isna() | storage["system"].isin(_SYSTEMS)
    storage = storage[(is_inside & is_supplied).to_numpy()].reset_index(drop=True)
    tanks = [str(name) for name in storage["node_id"]]
    at_tanks = [
        network.read(
            "pipe", ["pipe_id", "from_node", "to_node", "dma_id"],
            where={end: tanks, "system": list(_SYSTEMS), "status": list(in_use())}, geometry=False,
        )
        for end in ("from_node", "to_node")
    ]  # fmt: skip
    repaired = network.read("failure", ["pipe_id", "repaired_on"], geometry=False)
    repaired = repaired[repaired["repaired_on"].notna() & repaired["pipe_id"].notna()]
    names = sorted(set(map(str, repaired["pipe_id"])))
    repaired_pipes = network.read("pipe", ["pipe_id", "dma_id"], ids=names, geometry=False)
    work = network.read("work_item", ["zone_id", "closed_on", "type", "state", "found"], geometry=False)
    points = [str(name) for name in zones["pressure_node"].dropna()]
    measured = sorted({*map(str, boundary["node_id"]), *points, *tanks})
    readings = read_readings(network, (FLOW, COUNTER, PRESSURE, LEVEL), measured)
    file = imported_file_of(network.read(MODEL_TABLE)) if tanks else None
    return NightRows(
        settings,
        zones,
        boundary,
        pipes,
        customers,
        storage,
        pd.concat(at_tanks, ignore_index=True).drop_duplicates("pipe_id"),
        {} if file is None else tank_areas(file.document),
        readings,
        repaired,
        repaired_pipes,
        work,
    )
