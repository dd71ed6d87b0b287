"""A run of each algorithm with sensible parameters on the sample town: what walks over all of them give."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from support.epanet_files import TOWN
from support.field_crew import set_there
from support.pressure_test_town import TIGHT, typed
from support.small_surveys import DECISIONS, write_survey
from support.swmm_files import DRAINS
from waternet_plugin import store

MAPPINGS = Path(__file__).resolve().parents[2] / "sample_data" / "mappings"
FILES = MAPPINGS.with_name("town")

_DECISIONS = json.dumps({**json.loads(DECISIONS), "diameter_of": "nominal"})
_MISCONNECTION = "compound_to_other_system-pipe-WS-0059+YSD-0148"
# {folder} is that of `prepare`, {outputs} that of what a run makes; `parameters` gives NETWORK and outputs.
RUNS: dict[str, dict[str, Any]] = {
    "acceptmisconnections": {"ISSUES": _MISCONNECTION, "REASON": "a weir is there"},
    "addcode": {"DOMAIN": "material", "CODE": "k9_iron", "BASE": "ductile_iron"},
    "addfield": {"TABLE": "pipe", "NAME": "contract_no"},
    "adoptlayers": {
        "INPUT": f"{FILES}/failures.csv",
        "TABLE": "failure",
        "MAPPING": f"{MAPPINGS}/failures.json",
        "DRY_RUN": True,
    },
    "adoptscenario": {"SCENARIO": "Plan A"},
    "assesshealth": {"AS_OF": "2025-12-31"},
    "assesssewers": {"AS_OF": "2025-12-31"},
    "backtesthealth": {"CUTOFF": "2022-12-31", "TEST_YEARS": 1, "BOOTSTRAPS": 10},
    "buildproject": {},
    "buildzones": {"CATCHMENTS": "{folder}/catchments.gpkg", "MIN_KM2": 0.01, "MAX_KM2": 1},
    "checkdma": {},
    "checkdrainage": {},
    "checknetwork": {"RULES": "missing_street"},
    "compactnetwork": {},
    "comparecontract": {},
    "compareruns": {},
    "comparescenarios": {"AFTER": "Plan A"},
    "compoundfacts": {"AS_OF": "2026-01-05"},
    "copynetwork": {},
    "createnetwork": {"CRS": "EPSG:4547"},
    "decideissues": {"ISSUES": _MISCONNECTION, "REASON": "a weir is there"},
    "drawdma": {},
    "exportatlas": {"SCALE": 10000},
    "drawpressurezones": {},
    "exportepanet": {},
    "exportfieldpackage": {"CREW": "Team 1", "OUTPUT": "{outputs}/package"},
    "exportpaper": {"AS_OF": "2026-01-05"},
    "exportprojects": {"PROJECTS": "P-JS-0021"},
    "exportsurvey": {},
    "exportswmm": {},
    "exporttable": {"TABLE": "compound"},
    "findmisconnections": {},
    "grantroles": {},
    "gradeinspections": {},
    "importepanet": {"INPUT": "{folder}/model.inp"},
    "importfieldpackage": {"INPUT": "{folder}/crew"},
    "importinspections": {"INPUT": "{folder}/inspections.csv"},
    "importswmm": {"INPUT": "{folder}/drains.inp"},
    "importsurvey": {"INPUT": "{folder}/survey", "DECISIONS": _DECISIONS},
    "inferdirection": {},
    "isolateburst": {"PIPE": "JS-0324"},
    "listbatches": {},
    "listchanges": {},
    "kpis": {"YEAR": 2025},
    "listshutoffs": {},
    "loadsample": {"OUTPUT": "{outputs}/sample"},
    "matchfailures": {},
    "metertree": {},
    "narrowleak": {"ZONE": "DMA-1"},
    "nextmanhole": {},
    "nightflow": {},
    "nightnorms": {},
    "observeflow": {"PIPE": "YS-0023"},
    "outfallcatchments": {},
    "planduties": {"AS_OF": "2026-01-05", "CREWS": "Team 1=80; Team 2=80"},
    "planrenewal": {"BUDGET": 500000, "YEARS": 2, "TIME_LIMIT": 1},
    "planscenarios": {"BUDGETS": "500000", "YEARS": 2},
    "plansteptest": {"ZONE": "DMA-1"},
    "plansearch": {"START": "2026-03-01"},
    "planzeropressuretest": {"ZONE": "DMA-1"},
    "proposedma": {"COUNT": 3, "SIZE_BY": "length"},
    "pressurepoints": {},
    "recorddig": {"ITEM": "W-0001", "FOUND": False},
    "recordsteptest": {"ZONE": "DMA-1", "STEPS": "2025-12-20 01:00-04:00 JSD-0129"},
    "recordzeropressuretest": {
        "ZONE": "DMA-1",
        "START": "2026-03-12 01:00",
        "END": "2026-03-12 02:00",
        "READINGS": typed(**{"JSD-0132": TIGHT}),
    },
    "recordwork": {"ITEMS": "W-0001", "STATE": "sent", "TEAM": "Team 2"},
    "repairnetwork": {"ISSUES": "near_miss_end"},
    "restoreasset": {"ASSET": "JS-0324"},
    "restorebackup": {"BACKUP": "{folder}/backup.gpkg"},
    "rankusers": {},
    "runepanet": {},
    "runswmm": {},
    "schedulemeters": {},
    "scheduletanks": {},
    "scorecompounds": {},
    "screencompounds": {},
    "scoreutilities": {"INPUTS": "{folder}/town.gpkg", "AS_OF": "2025-12-31", "OUTPUT": "{outputs}"},
    "sheetindex": {},
    "siteloggers": {},
    "tracenetwork": {"START": "JS-0324", "DIRECTION": "to_source"},
    "undobatch": {},
    "valvesegments": {},
    "verificationsheet": {"PIPES": "JS-0324"},
    "verifypipe": {"PIPE": "JS-0324", "PHOTOS": "{folder}/photo.jpg"},
    "attachfiles": {"TABLE": "pipe", "ASSET": "JS-0324", "FILES": "{folder}/photo.jpg"},
    "waterbalance": {},
    "writeorders": {"PIPES": "JS-0324"},
}


def prepare(provider: Any, folder: Path, sample_town: Path) -> None:
    """Lay what the runs read into a folder: the town and files of other programs."""
    town = folder / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", town)
    algorithm = provider.algorithm
    for name, more in {
        "assesshealth": {"AS_OF": "2024-12-31"},
        "verifypipe": {"PIPE": "JS-0324", "BACKFILLED_ON": "2026-01-05"},
        "outfallcatchments": {"OUTPUT": str(folder / "catchments.gpkg")},
        "drawdma": {
            "FROM": "pipes",
            "INPUT": "JS-0324",
            "ZONE": "DMA-9",
            "SCENARIO": "Plan A",
            "STORE": True,
        },
        "writeorders": {"PIPES": "JS-0589", "OPENED_ON": "2026-01-05"},
        "exportfieldpackage": {"CREW": "Team 1", "TABLES": "pipe", "OUTPUT": str(folder / "crew")},
    }.items():
        succeeded, said = run(algorithm(name), {"NETWORK": str(town), **more})
        assert succeeded, said
    with store.open_network(town) as network:
        with network.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["JS-0324"], "street": ["新街"]}))
            times = pd.date_range("2025-12-01", periods=24, freq="h", tz="UTC")
            pressures = {"node_id": "JSD-0129", "time": times, "quantity": "pressure_mpa", "value": 0.25}
            batch.insert("reading", pd.DataFrame(pressures))
        shutil.copy(network.backup(), folder / "backup.gpkg")
    set_there(folder / "crew", "pipe", "JS-0324", note="seen")
    (folder / "model.inp").write_text(TOWN, encoding="utf-8")
    (folder / "drains.inp").write_text(DRAINS, encoding="utf-8")
    (folder / "inspections.csv").write_text(
        "inspection_id,pipe_id,date,standard,method\nNEW-1,YS-0181,2026-06-26,cjj_181,cctv\n",
        encoding="utf-8",
    )
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    write_survey(
        folder / "survey",
        [("ZS1", 0.0, 0.0, 5.0, "起讫点", ""), ("ZS2", 30.0, 0.0, 5.0, "起讫点", "")],
        ["ZS1,ZS2,1.0,1.0,PE,200"],
    )


def parameters(algorithm: Any, folder: Path, outputs: Path) -> dict[str, Any]:
    """Return the parameters of a run with inputs of one folder and every output in another."""
    given = {
        name: value.replace("{folder}", str(folder)).replace("{outputs}", str(outputs))
        if isinstance(value, str)
        else value
        for name, value in RUNS[algorithm.name()].items()
    }
    if algorithm.parameterDefinition("NETWORK"):
        given["NETWORK"] = str(folder / "town.gpkg")
    for definition in algorithm.destinationParameterDefinitions():
        ending = "gpkg" if definition.type() == "sink" else definition.defaultFileExtension()
        given[definition.name()] = str(outputs / f"{definition.name().lower()}.{ending}")
    return given


def refuse_names(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have no file of a folder get its name, as a kill right before would."""

    def guarded(real: Any) -> Any:
        def renamed(source: Any, target: Any, *more: Any, **others: Any) -> Any:
            if Path(os.path.abspath(target)).parent == folder:
                raise PermissionError(errno.EACCES, "not now", str(target))
            return real(source, target, *more, **others)

        return renamed

    for name in ("replace", "rename", "link"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))


def run(algorithm: Any, given: dict[str, Any]) -> tuple[bool, str]:
    """Check and run an algorithm; return whether it succeeded and all that it said."""
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
    able, said = algorithm.create().checkParameterValues(given, context)
    if not able:
        return False, said
    _results, succeeded = algorithm.create().run(given, context, feedback)
    return succeeded, feedback.textLog()
