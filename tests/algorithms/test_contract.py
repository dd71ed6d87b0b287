"""The names that scripts rely on: algorithms, parameters, refusals."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from qgis.core import QgsProcessingProvider
from support import headless
from support.headless import must, run

from waternet_plugin.core.schema.settings import Settings

PARAMETERS = {
    "createnetwork": "CRS OUTPUT",
    "buildproject": "NETWORK THEME PALETTE LANGUAGE OUTPUT",
    "loadsample": "OUTPUT",
    "adoptlayers": "NETWORK INPUT TABLE MAPPING DRY_RUN REPORT REJECTED",
    "matchfailures": "NETWORK RADIUS MATCH_UNKNOWN_IDS OUTPUT REPORT",
    "assesshealth": "NETWORK AS_OF WINDOW_START HORIZON OUTPUT REPORT",
    "compareruns": "NETWORK RUN_A RUN_B OUTPUT",
    "scoreutilities": "INPUTS AS_OF POOL WORKERS SCHEDULER STRICT OUTPUT REPORT",
    "backtesthealth": "NETWORK CUTOFF TEST_YEARS WINDOW_START BOOTSTRAPS SEED OUTPUT REPORT",
    "planrenewal": "NETWORK BUDGET START_YEAR YEARS RUN MIN_LENGTH_SHARE DISTRICT_CAP FIXED STRATEGY "
    "DISCOUNT_RATE TIME_LIMIT OUTPUT_PROJECTS OUTPUT_PIPES REPORT",
    "planscenarios": "NETWORK BUDGETS STRATEGIES START_YEAR YEARS RUN OUTPUT OUTPUT_CURVE REPORT",
    "exportprojects": "NETWORK PLAN PROJECTS LANGUAGE OUTPUT_LIST OUTPUT_SHEETS OUTPUT_STATEMENT",
    "assesssewers": "NETWORK OUTPUT REPORT",
    "importinspections": "NETWORK INPUT MAPPING",
    "gradeinspections": "NETWORK STANDARD STORE OUTPUT",
    "listbatches": "NETWORK",
    "undobatch": "NETWORK BATCH",
    "addfield": "NETWORK TABLE NAME TYPE LABEL LABEL_ZH UNIT PERSONAL",
    "addcode": "NETWORK DOMAIN CODE LABEL LABEL_ZH BASE",
    "listchanges": "NETWORK SINCE UNTIL AREA TABLE ASSET OUTPUT REPORT",
    "attachfiles": "NETWORK TABLE ASSET FILES",
    "restoreasset": "NETWORK TABLE ASSET SEQ FIELDS",
    "restorebackup": "NETWORK BACKUP OUTPUT IN_PLACE",
    "copynetwork": "NETWORK OUTPUT OUTPUT_TABLES",
    "grantroles": "NETWORK LOGINS ROLE DISTRICTS REVOKE OUTPUT",
    "exporttable": "NETWORK OUTPUT",
    "importepanet": "INPUT CRS TARGET_CRS OUTPUT",
    "exportepanet": "NETWORK OUTPUT",
    "importswmm": "INPUT CRS TARGET_CRS OUTPUT",
    "exportswmm": "NETWORK OUTPUT",
    "exportfieldpackage": "NETWORK AREA CREW TABLES LAYERS LANGUAGE OUTPUT",
    "importfieldpackage": "NETWORK INPUT DECISIONS DRY_RUN OUTPUT_ROWS",
    "runswmm": "NETWORK RESULTS STORE OUTPUT_NODES OUTPUT_PIPES REPORT",
    "checknetwork": "NETWORK RULES EXTENT ONLY_CHANGED OUTPUT REPORT",
    "repairnetwork": "NETWORK ISSUES DRY_RUN REPORT",
    "tracenetwork": "NETWORK START DIRECTION OUTPUT_PIPES OUTPUT_NODES",
    "inferdirection": "NETWORK DRAWN_ORDER MIN_CONFIDENCE STORE OUTPUT REPORT",
    "isolateburst": "NETWORK PIPE POINT FAILED_VALVES WHAT_IF_VALVES TANKS_ARE_SOURCES DIRECTED "
    "STORE FROM TO OUTPUT_VALVES OUTPUT_PIPES OUTPUT_CUSTOMERS REPORT",
    "listshutoffs": "NETWORK FROM TO OUTPUT",
    "nightnorms": "NETWORK FROM TO OUTPUT",
    "kpis": "NETWORK YEAR MONTH UNIT OUTPUT REPORT",
    "planzeropressuretest": "NETWORK ZONE SCENARIO OUTPUT_STEPS OUTPUT_CUSTOMERS REPORT",
    "recordzeropressuretest": "NETWORK ZONE START END DRAINED_AT FAULT_NODE NOTE REPORT",
    "nightflow": "NETWORK ZONES FROM TO WINDOW STORE OUTPUT OUTPUT_ALARMS REPORT",
    "waterbalance": "NETWORK FROM TO ZONES HOUSEHOLD_SHARE MEAN_PRESSURE FROST_DEPTH WITHOUT_SINCE OUTPUT "
    "REPORT",
    "narrowleak": "NETWORK ALARM ZONE OUTPUT",
    "findmisconnections": "NETWORK NEAR STORE OUTPUT",
    "outfallcatchments": "NETWORK AREA PLOTS OUTPUT OUTPUT_PARTS",
    "checkdrainage": "NETWORK CLIP OUTPUT OUTPUT_ENDS",
    "buildzones": "NETWORK CATCHMENTS MIN_KM2 MAX_KM2 BOUNDARIES STORE OUTPUT",
    "compoundfacts": "NETWORK BUILDINGS AS_OF STORE OUTPUT OUTPUT_LENGTHS OUTPUT_EXITS OUTPUT_LEFT REPORT",
    "scorecompounds": "NETWORK MONTH RULES AS_OF STORE OUTPUT OUTPUT_INDICATORS OUTPUT_ACTIONS SHEETS REPORT",
    "scheduletanks": "NETWORK STORE AS_OF REPORT OUTPUT",
    "schedulemeters": "NETWORK AS_OF OUTPUT REPORT",
    "metertree": "NETWORK TOTALS REPLACE STORE OUTPUT REPORT",
    "rankusers": "NETWORK FROM TO BY TRADE LEVEL TOP FROM_M3 TO_M3 SUB_METERED SAMPLE SAMPLE_SHARE SEED "
    "OUTPUT REPORT",
    "screencompounds": "NETWORK FROM TO LIMIT OUTPUT REPORT",
    "comparecontract": "NETWORK CONTRACT OUTPUT REPORT",
    "drawpressurezones": "NETWORK STORE OUTPUT OUTPUT_PIPES",
    "pressurepoints": "NETWORK FROM TO REQUIRED STORE OUTPUT OUTPUT_ZONES REPORT",
    "runepanet": "NETWORK STORE OUTPUT_NODES OUTPUT_PIPES REPORT",
    "siteloggers": "NETWORK KIND COUNT AREA EXISTING OUTPUT OUTPUT_PIPES",
    "plansearch": "NETWORK START MONTHS CREWS KM_PER_NIGHT STORE OUTPUT OUTPUT_PIPES",
    "nextmanhole": "NETWORK DIRTY CLEAN OUTPUT OUTPUT_CANDIDATES",
    "verifypipe": "NETWORK PIPE MATERIAL_VERIFIED_BY MATERIAL_VERIFIED_ON BACKFILLED_ON PHOTOS OVERRIDE_BY "
    "OVERRIDE_REASON",
    "verificationsheet": "NETWORK PIPES SURVEY_BATCH LANGUAGE OUTPUT REPORT",
    "valvesegments": "NETWORK TANKS_ARE_SOURCES DIRECTED OUTPUT",
    "adoptscenario": "NETWORK SCENARIO",
    "comparescenarios": "NETWORK BEFORE AFTER OUTPUT OUTPUT_PIPES OUTPUT_DEVICES",
    "decideissues": "NETWORK ISSUES DECISION REASON",
    "acceptmisconnections": "NETWORK ISSUES REASON",
    "writeorders": "NETWORK PIPES TYPE ALARM METHOD NOTE OPENED_ON DUE_ON TEAM PERSON",
    "recordwork": "NETWORK ITEMS STATE DAY HOURS RESULT TEAM PERSON DUE_ON",
    "recorddig": "NETWORK ITEM FOUND DUG_ON REPAIRED_ON FLOW OFFSET POINT PIPE METHOD KIND CAUSE NOTE",
    "observeflow": "NETWORK PIPE FLOW",
    "plansteptest": "NETWORK ALARM ZONE STEPS OUTPUT OUTPUT_PIPES",
    "recordsteptest": "NETWORK ZONE STEPS",
    "drawdma": "NETWORK FROM INPUT ZONE SCENARIO STORE OUTPUT OUTPUT_PIPES",
    "checkdma": "NETWORK ZONES SCENARIO STORE OUTPUT OUTPUT_FINDINGS REPORT",
    "sheetindex": "NETWORK SCALE PAPER SERIES SUBJECT AREA SINCE THEME PALETTE LANGUAGE OUTPUT",
    "exportatlas": "NETWORK SCALE PAPER SERIES SUBJECT AREA SINCE THEME PALETTE LANGUAGE SHEETS EDITION "
    "TEMPLATE FRONT TABLE FORMAT DPI OUTPUT LABELS REPORT",
    "exportpaper": "NETWORK KIND SUBJECT MONTH AS_OF THEME PAPER SCALE TEMPLATE LANGUAGE OUTPUT",
    "importsurvey": "NETWORK INPUT PURPOSE MAPPING DECISIONS LINES ROWS JOIN_TOLERANCE DRY_RUN OUTPUT_ROWS "
    "OUTPUT_PIPES OUTPUT_CHECKS REPORT",
    "exportsurvey": "NETWORK AREA SYSTEMS FORMAT AXES CRS LEVEL_OF LANGUAGE OUTPUT REPORT",
}
DEFAULTS = {
    ("inferdirection", "DRAWN_ORDER"): "learn",
    ("inferdirection", "MIN_CONFIDENCE"): 0.6,
    ("inferdirection", "STORE"): False,
    ("matchfailures", "RADIUS"): 25,
    ("matchfailures", "MATCH_UNKNOWN_IDS"): False,
    ("assesshealth", "HORIZON"): 5,
    ("backtesthealth", "BOOTSTRAPS"): 200,
    ("checknetwork", "ONLY_CHANGED"): False,
    ("repairnetwork", "DRY_RUN"): False,
    ("restorebackup", "IN_PLACE"): False,
    ("isolateburst", "TANKS_ARE_SOURCES"): True,
    ("isolateburst", "DIRECTED"): False,
    ("valvesegments", "TANKS_ARE_SOURCES"): True,
    ("valvesegments", "DIRECTED"): False,
    ("decideissues", "DECISION"): "accept",
    ("writeorders", "TYPE"): "locate",
    ("recorddig", "FOUND"): True,
    ("recorddig", "KIND"): "main_leak",
    ("observeflow", "FLOW"): "forward",
    ("plansteptest", "STEPS"): 8,
    ("drawdma", "FROM"): "meters",
    ("drawdma", "STORE"): False,
    ("checkdma", "STORE"): True,
    ("gradeinspections", "STORE"): True,
    ("nightflow", "STORE"): False,
    ("findmisconnections", "NEAR"): 0.5,
    ("findmisconnections", "STORE"): False,
    ("buildzones", "MIN_KM2"): 2,
    ("buildzones", "MAX_KM2"): 5,
    ("buildzones", "STORE"): False,
    ("compoundfacts", "STORE"): False,
    ("scorecompounds", "STORE"): False,
    ("scheduletanks", "STORE"): False,
    ("sheetindex", "SCALE"): 1000,
    ("sheetindex", "SERIES"): "grid",
    ("exportatlas", "SCALE"): 1000,
    ("exportatlas", "TABLE"): "summary",
    ("exportatlas", "DPI"): 300,
    ("exportatlas", "FORMAT"): "pdf",
    ("exportatlas", "FRONT"): True,
    ("importsurvey", "PURPOSE"): "census",
    ("importsurvey", "LINES"): "table",
    ("importsurvey", "ROWS"): "all",
    ("importsurvey", "JOIN_TOLERANCE"): 0.05,
    ("importsurvey", "DRY_RUN"): False,
    ("exportsurvey", "FORMAT"): "cjj61_xlsx",
    ("exportsurvey", "AXES"): "x_north",
    ("exportsurvey", "LEVEL_OF"): "cjj61",
    ("exportatlas", "PALETTE"): "print",
    ("exportatlas", "SERIES"): "grid",
    ("rankusers", "BY"): "customer",
    ("siteloggers", "EXISTING"): True,
    ("drawpressurezones", "STORE"): False,
    ("pressurepoints", "STORE"): False,
    ("runepanet", "STORE"): False,
    ("isolateburst", "STORE"): False,
    ("plansearch", "MONTHS"): 12,
    ("plansearch", "CREWS"): 1,
    ("plansearch", "KM_PER_NIGHT"): 2,
    ("plansearch", "STORE"): False,
}
# Left out, these are taken from the settings.
SETTINGS = {
    ("pressurepoints", "REQUIRED"): ("pressure.required_mpa", 0.14),
    ("screencompounds", "LIMIT"): ("leakage.compound_loss_share", 0.05),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters(provider: QgsProcessingProvider, name: str) -> None:
    algorithm = provider.algorithm(name)
    assert algorithm is not None
    there = {definition.name() for definition in algorithm.parameterDefinitions()}
    assert set(PARAMETERS[name].split()) <= there


@pytest.mark.parametrize(("name", "parameter"), DEFAULTS)
def test_defaults(provider: QgsProcessingProvider, name: str, parameter: str) -> None:
    definition = provider.algorithm(name).parameterDefinition(parameter)
    assert definition.defaultValue() == DEFAULTS[(name, parameter)]


@pytest.mark.parametrize(("name", "parameter"), SETTINGS)
def test_what_is_left_out_comes_from_the_settings(
    provider: QgsProcessingProvider, name: str, parameter: str
) -> None:
    key, value = SETTINGS[(name, parameter)]
    definition = provider.algorithm(name).parameterDefinition(parameter)
    assert definition.flags() & definition.Flag.FlagOptional and definition.defaultValue() is None
    assert Settings().real(key) == value


def test_only_what_the_contract_names_is_needed(provider: QgsProcessingProvider) -> None:
    for name, parameters in PARAMETERS.items():
        for definition in provider.algorithm(name).parameterDefinitions():
            optional = definition.flags() & definition.Flag.FlagOptional
            needless = definition.defaultValue() is not None
            assert definition.name() in parameters.split() or optional or needless, (name, definition.name())


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty network, made as a script makes it."""
    path = tmp_path_factory.mktemp("管网 with space") / "城区 network.gpkg"
    must("createnetwork", CRS="EPSG:4547", OUTPUT=path)
    return path


def _sentence(stderr: str) -> str:
    assert "Traceback" not in stderr
    return stderr


@pytest.mark.slow
def test_an_unknown_parameter_is_refused(network: Path) -> None:
    answer = run("listbatches", NETWORK=network, NETWROK="x")
    assert answer.status == 1
    assert "NETWROK" in _sentence(answer.stderr)


@pytest.mark.slow
def test_without_a_network_one_sentence(network: Path) -> None:
    answer = run("listbatches")
    assert answer.status == 1
    assert "NETWORK" in _sentence(answer.stderr)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "parameters"),
    [
        ("listbatches", {}),
        ("listbatches", {"OUTPUT": "list.csv"}),
        ("listbatches", {"NETWROK": "x"}),
        ("listchanges", {"SINCE": "2020-01-01", "REPORT": "page.html"}),
        ("listchanges", {"SINCE": "yesterday"}),
        ("undobatch", {"BATCH": "B99"}),
        ("checknetwork", {"OUTPUT": "issues.gpkg"}),
    ],
)
def test_a_run_in_the_qgis_of_the_tests_answers_as_one_by_qgis_process(
    network: Path, tmp_path: Path, algorithm: str, parameters: dict[str, str]
) -> None:
    answers = []
    for way, run_so in (("process", headless.run_process), ("here", headless.run_here)):
        folder = tmp_path / way
        folder.mkdir()
        shutil.copy(network, folder / "n.gpkg")
        given = {
            name: folder / value if name in ("OUTPUT", "REPORT") else value
            for name, value in parameters.items()
        }
        answer = run_so(algorithm, {"NETWORK": folder / "n.gpkg", **given})
        answers.append((answer, {path.name for path in folder.iterdir()}, str(folder)))
    (process, files, there), (inside, files_inside, here) = answers
    assert inside.status == process.status
    assert json.dumps(inside.results).replace(here, there) == json.dumps(process.results)
    assert files_inside == files
    if process.status:
        said = [
            {line.strip() for line in text.replace(here, there).splitlines()}
            for text in (_sentence(inside.stderr), _sentence(process.stderr))
        ]
        # On its standard error a process also says what Python and its packages warn of.
        assert said[0] <= said[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words"), [("en_US.UTF-8", "No network was given"), ("zh_CN.UTF-8", "未指定管网")]
)
def test_the_sentence_is_in_the_users_language(language: str, words: str) -> None:
    answer = run("listbatches", environment={"LANG": language, "LC_ALL": "", "LC_MESSAGES": ""})
    assert answer.status == 1
    assert words in _sentence(answer.stderr)


@pytest.mark.slow
def test_the_name_of_the_person_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "n.gpkg"
    answer = run("createnetwork", environment={"WATERNET_USER": "李工"}, CRS="EPSG:4547", OUTPUT=path)
    assert answer.status == 0, answer.stderr
    from waternet_plugin import store

    with store.open_network(str(path)) as opened:
        assert list(opened.batches()["by"]) == ["李工"]


@pytest.mark.slow
def test_a_project_stands_for_its_network(network: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.qgz"
    must("buildproject", NETWORK=network, OUTPUT=project)
    answer = run("listbatches", project=project)
    assert answer.status == 0, answer.stderr


@pytest.mark.slow
def test_project_and_network_move_together(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    must("createnetwork", CRS="EPSG:4547", OUTPUT=first / "n.gpkg")
    must("buildproject", NETWORK=first / "n.gpkg", OUTPUT=first / "n.qgz")
    moved = tmp_path / "搬走 moved"
    os.rename(first, moved)
    answer = run("listbatches", project=moved / "n.qgz")
    assert answer.status == 0, answer.stderr


@pytest.mark.slow
def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    other = tmp_path / "pipes.csv"
    other.write_text("x", encoding="utf-8")
    answer = run("restorebackup", BACKUP=other, OUTPUT=tmp_path / "r.gpkg")
    assert answer.status == 1
    assert "*.gpkg" in _sentence(answer.stderr)
