"""Make the sample town of its tables: adopt, match, assess, plan, schedule, score, check, build the project.

The plugin comes with the finished town (``tools/make_sample.py``); tests use the steps one by one.
"""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.progress import SILENT, Progress

if TYPE_CHECKING:
    from waternet_plugin.processing.base import WaterNetAlgorithm
    from waternet_plugin.store import Network

HERE = Path(__file__).parent
TOWN = HERE / "town"
CRS = "EPSG:4547"
# The town's records end with this year; it is assessed as of its last day and planned from the next.
AS_OF = datetime.date(2025, 12, 31)
BUDGET = 1_500_000
PLAN_YEARS = 5
# Each table and its file; pipes before what lies on them.
TABLES = {
    "pipe": "pipes.geojson",
    "node": "nodes.geojson",
    "compound": "compounds.geojson",
    "zone": "zones.geojson",
    "customer": "customers.geojson",
    "failure": "failures.csv",
    "inspection": "inspections.csv",
    "defect": "defects.csv",
    "road_work": "road_works.geojson",
    "reading": "readings.csv",
    "volume": "volumes.csv",
    "contract": "contracts.csv",
    "work_item": "work_items.csv",
    "indicator": "indicators.csv",
    "programme_item": "programme_items.csv",
    "shutoff": "shutoffs.csv",
    "target": "targets.csv",
}
_TITLES = {"en": "Sample town", "zh_CN": "示例城镇"}
# What a paper of the town states for the phases of a programme.
_STATED = {"programme.target.meter_to_household.1": "1100", "programme.target.meter_to_household": "2900"}
_NAMES = {"en": "Qingyuan", "zh_CN": "清源县"}


def adopt_town(network: Network, *, language: str = "en", progress: Progress = SILENT) -> None:
    """Adopt every table of the town in one batch.

    Parameters
    ----------
    network
        An empty network.
    language
        Of the batch's name.
    progress
        Told of each table; may cancel, which leaves the network empty.
    """
    import geopandas as gpd

    from waternet_plugin.core.exchange.adoption.adoption import Destination, adopt
    from waternet_plugin.core.exchange.mapping import mapping_file
    from waternet_plugin.store.foreign.foreign import read_foreign
    from waternet_plugin.store.network import NAME_KEY

    settings = network.settings()
    with network.write("adopt", name=_TITLES[language]) as batch:
        for number, (name, file) in enumerate(TABLES.items()):
            part = progress.part(number / len(TABLES), (number + 1) / len(TABLES))
            part.at(0.0)
            result = adopt(
                read_foreign(TOWN / file),
                mapping_file.parse(HERE / "mappings" / f"{Path(file).stem}.json"),
                name,
                into=Destination(network.crs, settings=settings),
                today=AS_OF,
                source_crs=CRS,
                progress=part.part(0.1, 0.5),
            )
            part.at(0.5)
            batch.insert(name, result.rows)
        # Projects come from plans, or are entered; no file is adopted into them.
        projects = gpd.read_file(TOWN / "projects.geojson").rename_geometry("geom")
        batch.insert("project", projects)
        batch.set_setting(NAME_KEY, _NAMES[language])
        for key, value in _STATED.items():
            batch.set_setting(key, value, unit="households")
    progress.at(1.0)


def _run(algorithm: WaterNetAlgorithm, parameters: dict[str, Any]) -> None:
    """Run an algorithm as a script does, without QGIS around it."""
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from waternet_plugin.processing.job import Job

    ready = algorithm.create()
    job = Job(ready, parameters, QgsProcessingContext(), QgsProcessingFeedback(False))
    try:
        ready.check(job)
        ready.work(job)
    finally:
        job.close()


def _look_at_drains_and_areas(path: Path) -> None:
    """Infer the flow of the drains and compute the night flow of the metered areas."""
    from waternet_plugin import store
    from waternet_plugin.core.texts import tr
    from waternet_plugin.operations.drainage.infer_direction import DirectionRequest, infer_direction
    from waternet_plugin.operations.leakage.night_flow import NightFlowRequest, night_flow

    with store.open_network(path) as network:
        infer_direction(network, DirectionRequest(store=True, with_report=False))
        night_flow(network, NightFlowRequest(tr("Night flow and leak alarms"), store=True))


def _judge_compounds(path: Path) -> None:
    """Work out when each tank is due, and score the compounds for the last month of the records."""
    from waternet_plugin import store
    from waternet_plugin.core.months import month_of
    from waternet_plugin.core.texts import tr
    from waternet_plugin.operations.compounds.schedule_tanks import TankRequest, schedule_network_tanks
    from waternet_plugin.operations.compounds.score_compounds import ScoreRequest, score_network_compounds

    with store.open_network(path) as network:
        schedule_network_tanks(network, TankRequest(tr("Tanks due for cleaning"), AS_OF, store=True))
        scores = ScoreRequest(month=month_of(AS_OF), as_of=AS_OF, store=True, name=tr("Scores of compounds"))
        score_network_compounds(network, scores)


def _check(path: Path) -> None:
    """Check the metered areas and the whole network, last of all: nothing changed since."""
    from waternet_plugin import store
    from waternet_plugin.core.texts import tr
    from waternet_plugin.operations.checks.record_check import CheckRequest, record_check
    from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, check_dma

    with store.open_network(path) as network:
        check_dma(network, ZoneCheckRequest(tr("Check metered areas"), store=True, today=AS_OF))
        record_check(network, CheckRequest(tr("Check network"), today=AS_OF))


def make_town(folder: Path, name: str, language: str) -> None:
    """Make the network and its project in a folder, with the town's background beside them.

    Parameters
    ----------
    folder
        Is there and empty.
    name
        File name of the network.
    language
        ``en`` or ``zh_CN``, which the process must speak already: reasons are kept as texts.
    """
    from waternet_plugin import store
    from waternet_plugin.bridge.project.project import build_project
    from waternet_plugin.processing.algorithms.health.assesshealth import AssessHealth
    from waternet_plugin.processing.algorithms.health.matchfailures import MatchFailures
    from waternet_plugin.processing.algorithms.health.planrenewal import PlanRenewal

    path = folder / name
    with store.create_network(path, CRS) as network:
        adopt_town(network, language=language)
    _run(MatchFailures(), {"NETWORK": str(path)})
    _look_at_drains_and_areas(path)
    _run(AssessHealth(), {"NETWORK": str(path), "AS_OF": AS_OF.isoformat()})
    plan = {"BUDGET": BUDGET, "START_YEAR": AS_OF.year + 1, "YEARS": PLAN_YEARS}
    _run(PlanRenewal(), {"NETWORK": str(path), **plan})
    _judge_compounds(path)
    _check(path)
    background = folder / "background"
    background.mkdir()
    layers = [Path(shutil.copy(file, background)) for file in sorted(TOWN.glob("base_*.geojson"))]
    build_project(path, language=language, base_layers=layers)
