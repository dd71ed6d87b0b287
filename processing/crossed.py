"""What an assessment looks at beside pipes and failures: crossings, customers, the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import datetime

    import pandas as pd

    from waternet_plugin.core.health.impact import Impact
    from waternet_plugin.core.health.worsening import Worsening
    from waternet_plugin.processing.job import Job
    from waternet_plugin.store import Network


def geometries_of(job: Job, name: str, crs: Any) -> Any:
    """Return the geometries of a layer in the coordinates of a network, None when none is named.

    Raises
    ------
    InputError
        When the layer has no geometry or no coordinate system.
    """
    import geopandas as gpd

    from waternet_plugin.bridge.layers import layer_frame
    from waternet_plugin.store import foreign

    source = job.text(name)
    if not source:
        return None
    project = job.context.project()
    layer = project.mapLayer(source) if project is not None else None
    layer = layer or job.context.temporaryLayerStore().mapLayer(source)
    frame = layer_frame(layer) if layer is not None else foreign.read_foreign(source)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        message = tr(
            "{name}: {source} has no geometry with a coordinate system. Name a layer of lines or areas."
        )
        raise InputError(message.format(name=name, source=source))
    return frame.geometry.to_crs(crs).to_numpy()


def read_worsening(
    network: Network, now: pd.DataFrame, failures: pd.DataFrame, *, as_of: datetime.date, settings: Any
) -> Worsening | None:
    """Return what got worse since the last run as of the same day or an earlier one, None without one."""
    from waternet_plugin.core.health.worsening import worsened

    runs = network.read("assessment_run", ["run_id", "as_of", "made_on"], geometry=False)
    runs = runs[runs["as_of"].dt.date <= as_of].sort_values(["made_on", "run_id"])
    if runs.empty:
        return None
    last = runs.iloc[-1]
    columns = ["pipe_id", "class", "rate_per_100km_y"]
    return worsened(
        network.read("assessment", columns, where={"run_id": last["run_id"]}, geometry=False),
        now,
        failures,
        run_id=str(last["run_id"]),
        before_as_of=last["as_of"].date(),
        as_of=as_of,
        settings=settings,
    )


def read_impact(
    job: Job, network: Network, pipes: pd.DataFrame, customers: pd.DataFrame, settings: Any
) -> Impact | None:
    """Return who loses water when each pipe fails; None where no customer names a pipe."""
    from waternet_plugin.store import impacts

    return impacts.read_impact(
        network, pipes, customers, settings=settings, progress=job.progress.part(0.3, 0.4)
    )
