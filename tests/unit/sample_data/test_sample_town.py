"""The sample town: the same bytes from the same seed, a sound network, faults where they are said to be."""

from __future__ import annotations

import datetime
import json
import zipfile
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from pathlib import Path

import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.exchange.mapping import mapping_file
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table
from waternet_plugin.sample_data import foreign
from waternet_plugin.sample_data.generator import history, writing
from waternet_plugin.sample_data.generator.build import build
from waternet_plugin.sample_data.generator.plane import distance, inside, length
from waternet_plugin.sample_data.generator.town import DRAINS, Row, Town
from waternet_plugin.store.foreign.foreign import read_foreign

SUPPLY = ("raw_water", "potable")


@pytest.fixture(scope="module")
def town() -> Town:
    """The town as it is committed."""
    return build()


@pytest.fixture(scope="module")
def clean() -> Town:
    """The town without planted faults."""
    return build(clean=True)


@pytest.fixture(scope="module")
def folder(repo_root: Path) -> Path:
    """Folder of the sample data."""
    return repo_root / "sample_data"


def _faults(town: Town, rule: str) -> list[Row]:
    return [fault for fault in town.faults if fault["rule"] == rule]


def _reached(
    town: Town, starts: Iterable[str], systems: Iterable[str], stops: Iterable[str] = ()
) -> set[str]:
    """Return the nodes reached through pipes in use; the walk does not go on beyond ``stops``."""
    beside: dict[str, list[str]] = defaultdict(list)
    for pipe in town.pipes_of(*systems):
        if pipe["status"] == "in_use" and pipe["from_node"] and pipe["to_node"]:
            beside[pipe["from_node"]].append(pipe["to_node"])
            beside[pipe["to_node"]].append(pipe["from_node"])
    stopping = set(stops)
    seen, queue = set(starts), deque(starts)
    while queue:
        node = queue.popleft()
        if node in stopping:
            continue
        for other in beside[node]:
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return seen


def test_the_committed_files_come_from_the_seed(town: Town, folder: Path) -> None:
    made = writing.files(town)
    assert sorted(made) == sorted(path.name for path in (folder / "town").iterdir())
    for name, text in made.items():
        assert (folder / "town" / name).read_bytes() == text.encode("utf-8"), name


def test_another_seed_gives_another_history(town: Town) -> None:
    other = build(seed=1)
    assert [pipe["line"] for pipe in other.pipes.values()] != []
    assert [row["date"] for row in other.failures] != [row["date"] for row in town.failures]


def test_zipped_it_is_small(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "sample.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                file.write(path, path.relative_to(folder))
    assert target.stat().st_size < 1_000_000


def test_size_of_the_town(town: Town) -> None:
    assert 55.0 < sum(length(pipe["line"]) for pipe in town.pipes.values()) / 1000 < 70.0
    assert 2400 < len(town.pipes) < 2700
    assert {pipe["system"] for pipe in town.pipes.values()} == set(domain("system"))
    assert {row["type"] for row in town.compounds} == set(domain("compound_type"))
    assert sum(row["kind"] == "dma" for row in town.zones) == 3
    assert len({pipe["street"] for pipe in town.pipes.values() if pipe.get("street")}) > 40


@pytest.mark.parametrize(
    ("kind", "at_least"),
    [
        ("valve", 150),
        ("hydrant", 100),
        ("meter", 100),
        ("manhole", 900),
        ("inlet", 250),
        ("septic_tank", 20),
        ("grease_trap", 8),
        ("outfall", 8),
        ("interceptor", 2),
        ("intake_point", 7),
        ("pump_station", 5),
        ("plant", 2),
        ("source", 1),
        ("reservoir", 2),
        ("pressure_sensor", 3),
    ],
)
def test_point_assets(town: Town, kind: str, at_least: int) -> None:
    assert sum(node["kind"] == kind for node in town.nodes.values()) >= at_least


def test_columns_and_codes_are_those_of_the_schema(town: Town) -> None:
    frames = {
        "pipe": town.pipes.values(),
        "node": town.nodes.values(),
        "compound": town.compounds,
        "zone": town.zones,
        "customer": town.customers,
        "failure": town.failures,
        "inspection": town.inspections,
        "defect": town.defects,
        "reading": town.readings,
        "volume": town.volumes,
    }
    for name, rows in frames.items():
        for field in table(name).fields:
            if field.domain:
                codes = {row[field.name] for row in rows if row.get(field.name) is not None}
                assert codes <= set(domain(field.domain)), (name, field.name)


def test_every_end_lies_on_its_node(clean: Town) -> None:
    for pipe in clean.pipes.values():
        assert clean.nodes[pipe["from_node"]]["xy"] == pipe["line"][0], pipe["pipe_id"]
        assert clean.nodes[pipe["to_node"]]["xy"] == pipe["line"][-1], pipe["pipe_id"]


def test_only_planted_ends_lie_off_their_node(town: Town) -> None:
    planted = {asset for fault in town.faults for asset in fault["assets"]}
    for pipe in town.pipes.values():
        for node, place in ((pipe["from_node"], pipe["line"][0]), (pipe["to_node"], pipe["line"][-1])):
            if node is None or town.nodes[node]["xy"] != place:
                assert pipe["pipe_id"] in planted


def test_every_supply_pipe_is_fed(clean: Town) -> None:
    source = next(node["node_id"] for node in clean.nodes.values() if node["kind"] == "source")
    fed = _reached(clean, [source], SUPPLY)
    dry = [
        p["pipe_id"] for p in clean.pipes_of(*SUPPLY) if p["status"] == "in_use" and p["from_node"] not in fed
    ]
    assert dry == []


def test_every_drain_ends_at_an_outfall_or_the_plant(clean: Town) -> None:
    leaves = {pipe["from_node"] for pipe in clean.pipes_of(*DRAINS)}
    ends = Counter(
        clean.nodes[p["to_node"]]["kind"] for p in clean.pipes_of(*DRAINS) if p["to_node"] not in leaves
    )
    assert set(ends) == {"outfall", "plant"}


def test_drains_fall(clean: Town) -> None:
    for pipe in clean.pipes_of(*DRAINS):
        if pipe["function"] != "rising_main":
            assert pipe["invert_start_m"] > pipe["invert_end_m"], pipe["pipe_id"]
            assert 0.4 < pipe["depth_start_m"] < 8.0, pipe["pipe_id"]


def test_ground_is_depth_above_invert(clean: Town) -> None:
    for pipe in clean.pipes_of(*DRAINS):
        if "invert_start_m" in pipe:
            ground = clean.nodes[pipe["from_node"]]["ground_m"]
            assert abs(ground - pipe["depth_start_m"] - pipe["invert_start_m"]) < 0.011, pipe["pipe_id"]


def test_hydrants_stand_close_enough(clean: Town) -> None:
    hydrants = [n["xy"] for n in clean.nodes.values() if n["kind"] == "hydrant" and n["system"] == "potable"]
    for place in hydrants:
        assert min(distance(place, other) for other in hydrants if other is not place) <= 120.0


def _leaks_out(town: Town, dma: str) -> set[str]:
    """Return the pipes outside a DMA that are reached from inside without meter or closed valve."""
    gates = {
        node["node_id"]
        for node in town.nodes.values()
        if node["kind"] == "flow_meter" or node.get("valve_state") == "closed"
    }
    inner = [p for p in town.pipes_of("potable") if p.get("dma_id") == dma]
    starts = {n for p in inner for n in (p["from_node"], p["to_node"]) if n} - gates
    reached = _reached(town, sorted(starts), ["potable"], stops=gates) - gates
    return {
        p["pipe_id"]
        for p in town.pipes_of("potable")
        if p["status"] == "in_use"
        and p.get("dma_id") != dma
        and (p["from_node"] in reached or p["to_node"] in reached)
    }


@pytest.mark.parametrize("dma", ["DMA-1", "DMA-2", "DMA-3"])
def test_each_dma_is_closed(clean: Town, dma: str) -> None:
    assert _leaks_out(clean, dma) == set()


def test_the_planted_boundary_opens_its_dma(town: Town) -> None:
    (fault,) = _faults(town, "dma_open_boundary")
    assert _leaks_out(town, fault["zone_id"]) != set()
    assert fault["assets"][0] in town.pipes


def test_pipes_of_a_dma_lie_in_its_polygon(clean: Town) -> None:
    for zone in clean.zones:
        if zone["kind"] == "dma":
            pipes = [p for p in clean.pipes_of("potable") if p.get("dma_id") == zone["zone_id"]]
            within = [inside(zone["ring"], history.midpoint(pipe)) for pipe in pipes]
            assert len(pipes) > 40
            assert sum(within) / len(within) > 0.98


def test_compounds_do_not_overlap_streets(clean: Town) -> None:
    lines = [
        p for p in clean.pipes.values() if p.get("road_class") == "arterial" and not p.get("compound_id")
    ]
    for compound in clean.compounds:
        for pipe in lines:
            assert not inside(compound["ring"], history.midpoint(pipe)), (compound["name"], pipe["pipe_id"])


def test_customers_name_pipes_that_are_there(town: Town) -> None:
    assert {row["pipe_id"] for row in town.customers} <= set(town.pipes)
    critical = {row["name"] for row in town.customers if row["critical"] == "yes"}
    assert any("医院" in name for name in critical)
    assert any("中学" in name for name in critical)


def test_failures_follow_the_stated_rates(clean: Town) -> None:
    expected: dict[str, float] = defaultdict(float)
    for pipe in clean.pipes_of(*history.SUPPLY):
        if pipe["status"] == "in_use":
            for year in range(max(history.FIRST_YEAR, pipe["install_year"] + 1), history.LAST_YEAR + 1):
                expected[pipe["material"]] += history.rate(pipe, year) * length(pipe["line"]) / 1e5
    drawn = Counter(
        clean.pipes[row["reported_pipe_id"]]["material"]
        for row in clean.failures
        if row["reported_pipe_id"] in clean.pipes
    )
    # About one in eight has no id that is known; luck makes counts twice as uneven as chance alone.
    for material in ("cast_iron", "galvanized_steel", "ductile_iron"):
        assert drawn[material] == pytest.approx(0.87 * expected[material], rel=0.5, abs=12)
    assert 180 <= len(clean.failures) <= 320


def test_failures_have_gaps_as_real_ones(town: Town) -> None:
    unknown = [
        row for row in town.failures if row["reported_pipe_id"] and row["reported_pipe_id"] not in town.pipes
    ]
    nameless = [row for row in town.failures if not row["reported_pipe_id"]]
    early = [
        row
        for row in town.failures
        if row["reported_pipe_id"] in town.pipes
        and (town.pipes[row["reported_pipe_id"]]["install_year"] or 0) > int(row["date"][:4])
    ]
    assert len(unknown) >= 4
    assert len(nameless) >= 10
    assert 2 <= len(early) <= 15
    assert {row["date"][:4] for row in town.failures} == {str(year) for year in range(2001, 2026)}


def test_planted_leaks_raise_the_night_flow(town: Town, clean: Town) -> None:
    assert len(town.leaks) == 2
    for leak in town.leaks:
        meters = {n["node_id"] for n in town.nodes.values() if n.get("meter_in") == leak["zone_id"]}
        last = town.readings[-1]["time"][:10]

        def night(rows: list[Row], meters: set[str] = meters, day: str = last) -> float:
            return sum(r["value"] for r in rows if r["node_id"] in meters and r["time"][:13] == f"{day}T03")

        assert night(town.readings) - night(clean.readings) == pytest.approx(leak["flow_m3h"], abs=0.05)
    assert clean.leaks == []


def test_the_clean_town_has_no_faults(clean: Town) -> None:
    assert clean.faults == []
    for pipe in clean.pipes.values():
        assert pipe.get("material")
        assert pipe.get("install_year") or pipe["status"] == "planned"
        assert pipe.get("diameter_mm")


def test_every_planted_asset_is_there(town: Town) -> None:
    rules = Counter(fault["rule"] for fault in town.faults)
    assert len(rules) >= 14
    known = set(town.pipes) | set(town.nodes) | {zone["zone_id"] for zone in town.zones}
    for fault in town.faults:
        assert set(fault["assets"]) <= known, fault


def test_near_misses_miss_by_what_is_said(town: Town) -> None:
    for fault in _faults(town, "near_miss_end"):
        pipe, node = fault["assets"]
        gap = distance(town.pipes[pipe]["line"][-1], town.nodes[node]["xy"])
        assert gap == pytest.approx(fault["distance_m"], abs=0.002)
        assert 0.05 <= fault["distance_m"] <= 0.30


def test_adverse_slopes_rise(town: Town) -> None:
    planted = {fault["assets"][0] for fault in _faults(town, "adverse_slope")}
    rising = {
        p["pipe_id"]
        for p in town.pipes_of(*DRAINS)
        if p.get("invert_start_m") is not None and p["invert_start_m"] < p["invert_end_m"]
    }
    drawn_backwards = {fault["assets"][1] for fault in _faults(town, "duplicate_pipe")}
    assert planted <= rising <= planted | drawn_backwards
    assert len(planted) == 3


def test_misconnections_lead_sewage_to_storm(town: Town) -> None:
    for fault in _faults(town, "compound_to_other_system"):
        pipe, node = fault["assets"]
        assert town.pipes[pipe]["system"] == "sewage"
        assert town.pipes[pipe]["to_node"] == node
        assert town.nodes[node]["system"] == "storm"


def test_cross_connection_joins_two_systems(town: Town) -> None:
    (fault,) = _faults(town, "cross_connection")
    pipe = town.pipes[fault["assets"][0]]
    assert {town.nodes[pipe["from_node"]]["system"], town.nodes[pipe["to_node"]]["system"]} == {
        "reclaimed",
        "potable",
    }


def test_what_is_unknown_is_listed(town: Town) -> None:
    for field in ("material", "install_year", "diameter_mm"):
        listed = {fault["assets"][0] for fault in _faults(town, f"missing_{field}")}
        empty = {
            p["pipe_id"] for p in town.pipes.values() if p.get(field) is None and p["status"] == "in_use"
        }
        assert empty == listed
        assert listed


def test_the_loose_part_is_loose(town: Town) -> None:
    (fault,) = _faults(town, "loose_part")
    reached = _reached(town, [town.pipes[fault["assets"][0]]["from_node"]], ["potable"])
    assert len(reached) == 4


@pytest.mark.parametrize("name", [name for name in writing.COLUMNS if name not in ("base", "projects")])
def test_each_file_has_a_mapping_for_its_columns(folder: Path, name: str) -> None:
    given = json.loads((folder / "mappings" / f"{name}.json").read_text(encoding="utf-8"))
    places = set(given.get("geometry", {}).values())
    assert set(given["fields"]) | places == set(writing.COLUMNS[name])
    assert all(field == column for field, column in given["fields"].items())


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> foreign.Written:
    """The town as a utility's files."""
    return foreign.write(tmp_path_factory.mktemp("移交 数据"))


def _adopted(path: Path, name: str, mapping_name: str, folder: Path) -> AdoptionResult:
    chosen = mapping_file.parse(folder / "mappings" / f"{mapping_name}.json")
    return adopt(
        read_foreign(path, encoding=chosen.encoding or None),
        chosen,
        name,
        into=Destination("EPSG:4547", settings=Settings()),
        source_crs="EPSG:4547",
        today=datetime.date(2026, 1, 1),
    )


@pytest.mark.parametrize(
    ("file", "name", "mapping_name"),
    a_few_quick(
        [
            ("pipes", "pipe", "utility_pipes"),
            ("points", "node", "utility_points"),
            ("failures", "failure", "utility_failures"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_the_utilitys_files_are_adopted(
    handed_over: foreign.Written, folder: Path, file: str, name: str, mapping_name: str
) -> None:
    result = _adopted(getattr(handed_over, file), name, mapping_name, folder)
    assert result.rows_in == handed_over.rows[name]
    assert result.rejected_by_reason() == handed_over.rejected[name]
    assert {one.field: one.count for one in result.nulled} == handed_over.nulled[name]


@pytest.mark.slow
def test_foreign_and_own_files_say_the_same(handed_over: foreign.Written, folder: Path) -> None:
    theirs = _adopted(handed_over.pipes, "pipe", "utility_pipes", folder).rows.set_index("pipe_id")
    ours = _adopted(folder / "town" / "pipes.geojson", "pipe", "pipes", folder).rows.set_index("pipe_id")
    assert list(theirs.index) == list(ours.index)
    for column in (
        "system",
        "material",
        "diameter_mm",
        "width_mm",
        "street",
        "status",
        "from_node",
        "invert_end_m",
    ):
        same = theirs[column].eq(ours[column]) | (theirs[column].isna() & ours[column].isna())
        assert same.all(), column


def test_utility_files_are_in_gbk(handed_over: foreign.Written) -> None:
    assert handed_over.pipes.with_suffix(".cpg").read_text().strip() in ("GBK", "936", "CP936")
    assert "管线编号".encode("gbk") in handed_over.pipes.with_suffix(".dbf").read_bytes()[:4096]
    assert handed_over.failures.read_bytes().decode("gbk").startswith("工单编号")


@pytest.mark.parametrize("name", ["compounds", "zones", "road_works"])
def test_areas_do_not_cross_themselves(folder: Path, name: str) -> None:
    areas = json.loads((folder / "town" / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    assert len(areas) >= 5
    assert all(shapely.is_valid(shapely.geometry.shape(area["geometry"])) for area in areas)


def test_a_month_of_the_compounds_is_planted(town: Town) -> None:
    of_compounds = [row for row in town.work_items if row["type"] != "locate"]
    items = Counter((row["type"], row["state"]) for row in of_compounds)
    assert items[("patrol", "done")] == 9
    assert {state for _kind, state in items} == {"done", "open", "sent", "under_way"}
    done = [row for row in of_compounds if row["state"] == "done"]
    assert {row["closed_on"][:7] for row in done} == {"2025-12"}
    assert {row["compound_id"] for row in done if row["gis_checked_on"] is None} == {"XQ-16"}
    late = [row["item_id"] for row in done if row.get("due_on") and row["closed_on"] > row["due_on"]]
    assert len(late) == 1
    named = {row["asset"] for row in town.work_items if row.get("asset")}
    assert named <= {*town.nodes, *town.pipes}
    rooms = [row for row in town.nodes.values() if row["kind"] == "secondary_supply"]
    assert len(rooms) == 4 and sum(row["cleaned_on"] is None for row in rooms) == 1
    quantities = Counter(row["quantity"] for row in town.readings)
    assert (quantities["sludge_m"], quantities["scum_m"]) == (9, 9)
    assert (quantities["cod_mgl"], quantities["nh3n_mgl"]) == (12, 12)
    needing = ("factory", "construction", "catering", "hospital", "hotel", "bathing", "car_wash")
    lacking = [row for row in town.customers if row.get("trade") in needing and not row.get("permit_no")]
    assert len(lacking) == 9


def test_a_year_of_the_leak_office_is_recorded(town: Town) -> None:
    searches = [row for row in town.work_items if row["type"] == "locate"]
    assert len({row["contractor"] for row in searches}) == 2
    assert {row["found"] for row in searches} == {"yes", "no"}
    assert all((row["offset_m"] is not None) == (row["found"] == "yes") for row in searches)
    assert {pipe for row in searches for pipe in row["pipes"].split(";")} <= set(town.pipes)
    of_year = [row for row in town.failures if row["date"] >= "2025"]
    assert all(row["found_at"] < row["stopped_at"] < row["repaired_at"] for row in of_year)
    assert all(row["repaired_at"][:10] == row["repaired_on"] for row in of_year)
    assert not any(row.get("found_at") for row in town.failures if row["date"] < "2025")
    assert {row["pipe_id"] for row in town.shutoffs} <= set(town.pipes)
    assert [row["state"] for row in town.projects] == ["done", "under_way"]
