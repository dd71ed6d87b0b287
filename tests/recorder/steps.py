"""What is recorded: every algorithm on a copy of the sample town, in a fixed order, with fixed parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

AS_OF = "2025-12-31"
_MISCONNECTIONS = tuple(
    f"compound_to_other_system-pipe-{name}" for name in ("WS-0059+YSD-0148", "WS-0089+YSD-0065")
)


@dataclass(frozen=True)
class Step:
    """One run of an algorithm.

    Attributes
    ----------
    name
        The folder of what it gave; numbered, so that folders stand in the order of the runs.
    parameters
        In texts, ``{out}`` stands for a new folder for what it writes, ``{work}`` for the folder of all runs,
        ``{tree}`` for the checkout, ``{network}`` for the town's network and ``{backup}`` for the newest
        backup of the network that was adopted.
    """

    name: str
    algorithm: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def filled(self, tree: Path, work: Path) -> dict[str, Any]:
        """Return the parameters with real folders."""
        outputs = work / "outputs"
        backups = (outputs / "02_empty" / "backups").glob("*.gpkg")
        places = {
            "out": outputs / self.name,
            "work": work,
            "tree": tree,
            "network": outputs / "01_town" / "sample_town.gpkg",
            "backup": max(backups, key=lambda path: path.stat().st_mtime_ns, default=""),
        }
        return {
            name: _with_places(value, places) if isinstance(value, str) else value
            for name, value in self.parameters.items()
        }


def _with_places(text: str, places: Mapping[str, object]) -> str:
    # Braces of JSON stay.
    for name, place in places.items():
        text = text.replace(f"{{{name}}}", str(place))
    return text


_PRESSURES = (
    '{"fields": {"node_id": "node", "time": "time", "value": "mpa"}, '
    '"defaults": {"quantity": "pressure_mpa"}, "units": {"pressure_mpa": "MPa"}}'
)


def _of_town(name: str, algorithm: str, sinks: str = "", **parameters: Any) -> Step:
    """Return a step on the town's network; each of `sinks` becomes a GeoPackage, REPORT a page."""
    given = {"NETWORK": "{network}"} | parameters
    for sink in sinks.split():
        given[sink] = f"{{out}}/{sink.lower()}.{'html' if sink == 'REPORT' else 'gpkg'}"
    return Step(name, algorithm, given)


def _adopted(name: str, source: str, table: str, mapping: str) -> Step:
    """Return a step that adopts a file into the network that a step before made."""
    return Step(
        name,
        "adoptlayers",
        {
            "NETWORK": "{work}/outputs/02_empty/empty.gpkg",
            "INPUT": "{tree}/sample_data/town/" + source,
            "TABLE": table,
            "MAPPING": "{tree}/sample_data/mappings/" + mapping,
            "REPORT": "{out}/report.html",
            "REJECTED": "{out}/rejected.gpkg",
        },
    )


STEPS = (
    Step("01_town", "loadsample", {"OUTPUT": "{out}"}),
    Step("02_empty", "createnetwork", {"CRS": "EPSG:4547", "OUTPUT": "{out}/empty.gpkg"}),
    _adopted("03_pipes", "pipes.geojson", "pipe", "pipes.json"),
    _adopted("04_nodes", "nodes.geojson", "node", "nodes.json"),
    _adopted("05_failures", "failures.csv", "failure", "failures.json"),
    Step(
        "06_inspections",
        "importinspections",
        {
            "NETWORK": "{work}/outputs/02_empty/empty.gpkg",
            "INPUT": "{tree}/sample_data/town/inspections.csv",
        },
    ),
    _of_town("10_check", "checknetwork", "OUTPUT REPORT"),
    _of_town("11_repair_dry", "repairnetwork", "OUTPUT REFUSED REPORT", DRY_RUN=True),
    _of_town("12_repair", "repairnetwork", "OUTPUT REFUSED REPORT"),
    _of_town("13_check_changed", "checknetwork", "OUTPUT REPORT", ONLY_CHANGED=True),
    _of_town("20_match", "matchfailures", "OUTPUT REPORT"),
    _of_town("21_assess", "assesshealth", "OUTPUT OUTPUT_WARNINGS REPORT", AS_OF=AS_OF, DETAILS=True),
    _of_town("22_assess_glm", "assesshealth", "OUTPUT", AS_OF="2020-12-31", MODEL="glm"),
    _of_town("23_compare", "compareruns", "OUTPUT"),
    _of_town("24_sewers", "assesssewers", "OUTPUT REPORT", AS_OF=AS_OF),
    _of_town("24_x_grades", "gradeinspections", "OUTPUT"),
    Step(
        "24_y_utilities",
        "scoreutilities",
        {
            "INPUTS": "{network}",
            "AS_OF": AS_OF,
            "OUTPUT": "{out}/results",
            "REPORT": "{out}/report.html",
        },
    ),
    _of_town(
        "25_backtest", "backtesthealth", "OUTPUT REPORT",
        CUTOFF="2012-12-31", TEST_YEARS=10, BOOTSTRAPS=10, SEED=1,
    ),
    _of_town(
        "30_plan", "planrenewal", "OUTPUT_PROJECTS OUTPUT_PIPES REPORT",
        BUDGET=1_500_000, START_YEAR=2026, YEARS=5, RUN="R0002", TIME_LIMIT=300,
    ),
    _of_town(
        "31_scenarios", "planscenarios", "OUTPUT OUTPUT_CURVE REPORT",
        BUDGETS="500000;1500000", START_YEAR=2026, YEARS=3, RUN="R0002", SEED=1,
    ),
    _of_town("32_projects", "exportprojects", LANGUAGE="en", OUTPUT_LIST="{out}/list.xlsx"),
    _of_town("39_flow", "inferdirection", "OUTPUT REPORT"),
    _of_town("40_trace", "tracenetwork", "OUTPUT_PIPES OUTPUT_NODES REPORT", START="JS-0101"),
    _of_town(
        "41_trace_drain", "tracenetwork", "OUTPUT_PIPES OUTPUT_NODES", START="YS-0023", DIRECTION="downstream"
    ),
    _of_town(
        "42_profile", "tracenetwork", "OUTPUT_PIPES OUTPUT_NODES OUTPUT_PROFILE OUTPUT_CROSSINGS",
        START="JSD-0040", END="JSD-0012", DIRECTION="shortest",
    ),
    _of_town(
        "43_burst", "isolateburst", "OUTPUT_VALVES OUTPUT_PIPES OUTPUT_CUSTOMERS REPORT",
        PIPE="JS-0589", NOTICE_LIST="{out}/notice.xlsx",
    ),
    _of_town("44_segments", "valvesegments", "OUTPUT OUTPUT_VALVES REPORT"),
    _of_town("45_check_dma", "checkdma", "OUTPUT OUTPUT_FINDINGS REPORT"),
    _of_town("45_draw_dma", "drawdma", "OUTPUT OUTPUT_PIPES", FROM="meters"),
    _of_town(
        "45_propose_dma", "proposedma", "OUTPUT OUTPUT_PIPES OUTPUT_BOUNDARY REPORT",
        COUNT=5, SIZE_BY="households", SEED=1, SCENARIO="Plan A",
    ),
    _of_town(
        "45_x_compare_scenarios", "comparescenarios", "OUTPUT OUTPUT_PIPES OUTPUT_DEVICES", AFTER="Plan A"
    ),
    _of_town(
        "46_pressure_test", "planzeropressuretest", "OUTPUT_STEPS OUTPUT_CUSTOMERS REPORT", ZONE="DMA-1"
    ),
    _of_town(
        "47_record_test", "recordzeropressuretest", "REPORT",
        ZONE="DMA-1", START="2026-03-12 01:00", END="2026-03-12 02:00", DRAINED_AT="2026-03-12 01:20",
        READINGS="; ".join(f"JSD-0277 01:{at:02d} {0.3 if at < 15 else 0.002}" for at in range(0, 60, 5)),
    ),
    _of_town("48_night_flow", "nightflow", "OUTPUT OUTPUT_ALARMS REPORT"),
    _of_town("49_narrow_leak", "narrowleak", "OUTPUT REPORT", ZONE="DMA-1"),
    _of_town("49_plan_steps", "plansteptest", "OUTPUT OUTPUT_PIPES", ZONE="DMA-1"),
    _of_town(
        "49_water_balance", "waterbalance", "OUTPUT OUTPUT_PERIODS OUTPUT_COMPOUNDS REPORT",
        FROM="2025-11-01", TO="2025-12-31",
    ),
    _of_town("49_x_a_misconnections", "findmisconnections", "OUTPUT REPORT"),
    _of_town("49_x_b_next_manhole", "nextmanhole", "OUTPUT OUTPUT_CANDIDATES", DIRTY="YSD-0065"),
    _of_town("49_x_c_catchments", "outfallcatchments", "OUTPUT OUTPUT_PARTS"),
    _of_town("49_x_c_slopes", "checkdrainage", "OUTPUT OUTPUT_ENDS"),
    _of_town(
        "49_x_c_slopes_facts", "compoundfacts", "OUTPUT OUTPUT_LENGTHS OUTPUT_EXITS OUTPUT_LEFT REPORT",
        AS_OF="2026-01-05",
    ),
    _of_town(
        "49_x_c_zones", "buildzones", "OUTPUT", MIN_KM2=0.1, MAX_KM2=0.4,
        CATCHMENTS="{work}/outputs/49_x_c_catchments/output.gpkg",
    ),
    _of_town(
        "49_x_c_zz_scores", "scorecompounds", "OUTPUT OUTPUT_INDICATORS OUTPUT_ACTIONS REPORT",
        MONTH="2025-11", AS_OF=AS_OF,
    ),
    _of_town("49_x_c_zz_tanks", "scheduletanks", "OUTPUT REPORT", AS_OF="2026-03-31"),
    _of_town(
        "49_x_c_zz_tanks_plan", "planduties", "OUTPUT OUTPUT_VISITS OUTPUT_RATES REPORT",
        AS_OF="2026-03-31", CREWS="Team 1=40; Team 2=80",
    ),
    _of_town("49_x_c_zz_u_a_pressure_zones", "drawpressurezones", "OUTPUT OUTPUT_PIPES", STORE=True),
    _of_town(
        "49_x_c_zz_u_b_a_readings", "adoptlayers", "REPORT", INPUT="{tree}/tests/data/pressures.csv",
        TABLE="reading", MAPPING=_PRESSURES,
    ),
    _of_town("49_x_c_zz_u_b_points", "pressurepoints", "OUTPUT OUTPUT_ZONES REPORT", STORE=True),
    _of_town("49_x_c_zz_u_c_epanet", "runepanet", "OUTPUT_NODES OUTPUT_PIPES REPORT"),
    _of_town("49_x_c_zz_u_d_swmm", "runswmm", "OUTPUT_NODES OUTPUT_PIPES REPORT"),
    _of_town("49_x_c_zz_u_loggers", "siteloggers", "OUTPUT OUTPUT_PIPES", COUNT=5),
    _of_town("49_x_c_zz_users_a_meters", "schedulemeters", "OUTPUT REPORT", AS_OF="2026-03-31"),
    _of_town("49_x_c_zz_users_b_ranks", "rankusers", "OUTPUT REPORT", TOP=20),
    _of_town("49_x_c_zz_users_c_compounds", "screencompounds", "OUTPUT REPORT"),
    _of_town("49_x_c_zz_users_d_contracts", "comparecontract", "OUTPUT REPORT"),
    _of_town("49_x_c_zz_users_e_tree", "metertree", "OUTPUT REPORT"),
    _of_town("49_x_c_zz_v_kpis", "kpis", "OUTPUT REPORT", YEAR=2025),
    _of_town("49_x_c_zz_v_list_shutoffs", "listshutoffs", "OUTPUT"),
    _of_town("49_x_c_zz_v_night_norms", "nightnorms", "OUTPUT"),
    _of_town("49_x_c_zz_v_search", "plansearch", "OUTPUT OUTPUT_PIPES", START="2026-03-01"),
    _of_town("49_x_d_verify", "verifypipe", PIPE="JS-0001", OVERRIDE_BY="Wang", OVERRIDE_REASON="recorded"),
    _of_town("49_y_sheet", "verificationsheet", "REPORT", PIPES="JS-0001", OUTPUT="{out}/sheet.pdf"),
    _of_town("49_z_a_flow_seen", "observeflow", PIPE="YS-0023", FLOW="forward"),
    _of_town("49_z_b_orders", "writeorders", PIPES="JS-0589", OPENED_ON="2026-01-05"),
    _of_town("49_z_b_orders_clean", "writeorders", ASSETS="YSD-0065", TYPE="clean", OPENED_ON="2026-01-05"),
    _of_town("49_z_b_work", "recordwork", ITEMS="W-0002", DAY="2026-01-07", HOURS=0.2, RESULT="light"),
    _of_town("49_z_c_dig", "recorddig", ITEM="W-0001", DUG_ON="2026-01-06", FLOW=5.2),
    _of_town(
        "49_z_d_steps", "recordsteptest", ZONE="DMA-1", STEPS="2025-12-20 01:00-04:00 JSD-0129"
    ),
    _of_town("49_z_e_issue", "decideissues", ISSUES=_MISCONNECTIONS[0], REASON="a weir is there"),
    _of_town("49_z_f_misconnection", "acceptmisconnections", ISSUES=_MISCONNECTIONS[1], REASON="seen"),
    _of_town(
        "49_z_f_photo", "attachfiles",
        TABLE="pipe", ASSET="JS-0001", FILES="{tree}/docs/pictures/burst.en.png",
    ),
    _of_town("49_z_g_adopt", "adoptscenario", SCENARIO="Plan A"),
    _of_town("50_epanet", "exportepanet", "REPORT", OUTPUT="{out}/town.inp"),
    Step(
        "51_from_epanet",
        "importepanet",
        {
            "INPUT": "{work}/outputs/50_epanet/town.inp",
            "CRS": "EPSG:4547",
            "OUTPUT": "{out}/epanet.gpkg",
            "REPORT": "{out}/report.html",
        },
    ),
    _of_town("51_swmm_1", "exportswmm", "REPORT", OUTPUT="{out}/drains.inp"),
    Step(
        "51_swmm_2",
        "importswmm",
        {
            "INPUT": "{work}/outputs/51_swmm_1/drains.inp",
            "CRS": "EPSG:4547",
            "OUTPUT": "{out}/drains.gpkg",
            "REPORT": "{out}/report.html",
        },
    ),
    _of_town("52_table", "exporttable", TABLE="pipe", OUTPUT="{out}/pipes.csv"),
    _of_town("53_survey_1_book", "exportsurvey", "REPORT", OUTPUT="{out}/survey.xlsx"),
    _of_town("53_survey_2_tables", "exportsurvey", "REPORT", FORMAT="cjj61_csv", OUTPUT="{out}/tables"),
    _of_town("53_survey_3_drawing", "exportsurvey", "REPORT", FORMAT="dxf", OUTPUT="{out}/survey.dxf"),
    _of_town(
        "54_import_survey", "importsurvey", "OUTPUT_ROWS OUTPUT_PIPES OUTPUT_CHECKS REPORT",
        INPUT="{work}/outputs/53_survey_2_tables/tables", ROWS="valid", DRY_RUN="true",
    ),
    _of_town(
        "55_field_1_package", "exportfieldpackage",
        CREW="Team 1", TABLES="pipe", LANGUAGE="en", OUTPUT="{out}/crew",
    ),
    _of_town(
        "55_field_2_return", "importfieldpackage", "OUTPUT_ROWS",
        INPUT="{work}/outputs/55_field_1_package/crew",
    ),
    _of_town("60_compound_sheets", "sheetindex", "OUTPUT", SCALE=0, SERIES="compound"),
    _of_town("60_sheets", "sheetindex", "OUTPUT", SCALE=1000),
    _of_town("61_a_paper", "exportpaper", AS_OF=AS_OF, LANGUAGE="en", OUTPUT="{out}/paper.html"),
    _of_town("61_book", "exportatlas", SCALE=5000, LANGUAGE="en", OUTPUT="{out}/book.pdf"),
    _of_town("62_project", "buildproject", THEME="health", LANGUAGE="en", OUTPUT="{out}/town.qgz"),
    _of_town("70_batches", "listbatches", "OUTPUT"),
    _of_town("70_changes", "listchanges", "OUTPUT REPORT", TABLE="failure"),
    _of_town("71_undo", "undobatch"),
    _of_town("72_asset", "restoreasset", TABLE="failure", ASSET="QX-0001"),
    Step("72_restore", "restorebackup", {"BACKUP": "{backup}", "OUTPUT": "{out}/restored.gpkg"}),
    _of_town("73_compact", "compactnetwork"),
    _of_town("73_copy", "copynetwork", "OUTPUT_TABLES", OUTPUT="{out}/copy.gpkg"),
    _of_town("73_roles", "grantroles", "OUTPUT"),
    _of_town(
        "74_own_field", "addfield",
        TABLE="pipe", NAME="contract_no", TYPE="text", LABEL="Contract number", LABEL_ZH="合同编号",
    ),
    _of_town(
        "75_own_code", "addcode",
        DOMAIN="material", CODE="k9_iron", LABEL="K9 iron", LABEL_ZH="K9球墨铸铁", BASE="ductile_iron",
    ),
)  # fmt: skip

# A few seconds: enough to see that recording works.
SHORT = ("01_town", "02_empty", "44_segments")
