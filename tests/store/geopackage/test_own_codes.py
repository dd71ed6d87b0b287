"""Codes that users add to value lists: rows keep them, what reckons reads the code they count as."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, ORIGIN, content, pipe_frame, rows

from waternet_plugin.core.errors import InputError, RowRefusedError, StoreError
from waternet_plugin.core.schema import domains, map_values, word_codes
from waternet_plugin.core.schema.constraints import all_constraints
from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.geopackage.tables import kept_triggers
from waternet_plugin.store.network_reading import Between

K9 = CodeRequest("material", "k9_iron", "K9 iron", "K9球墨铸铁", "ductile_iron")
ODD = CodeRequest("material", "bamboo", label_zh="竹")


def add(network, *requests: CodeRequest) -> str:
    with network.write("own") as batch:
        for one in requests:
            batch.add_code(one)
    return batch.batch_id


def give(network, code: object, asset: str = "P00001") -> str:
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [asset], "material": [code]}))
    return batch.batch_id


def material(network, asset: str = "P00001", **how: bool) -> object:
    return network.read("pipe", ["material"], ids=[asset], geometry=False, **how)["material"].iloc[0]


@pytest.mark.slow
def test_rows_keep_a_code_and_reckoning_reads_its_base(town):
    add(town, K9, ODD)
    give(town, "k9_iron")
    give(town, "bamboo", "P00002")
    assert rows(town.uri, "SELECT material FROM pipe WHERE pipe_id = 'P00001'") == [("k9_iron",)]
    assert (material(town), material(town, as_stored=True)) == ("ductile_iron", "k9_iron")
    assert (material(town, "P00002"), material(town, "P00002", as_stored=True)) == ("other", "bamboo")
    field = town.table("pipe").field("material")
    assert (field.codes["k9_iron"].label_zh, field.codes["bamboo"].label_en) == ("K9球墨铸铁", "竹")
    # A town of more rows is read another way.
    with town.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(2000, start=100, material="k9_iron"))
    assert set(town.read("pipe")["material"]) == {"pe", "ductile_iron", "other"}
    assert "k9_iron" in set(town.read("pipe", as_stored=True)["material"])


@pytest.mark.slow
@pytest.mark.parametrize("wanted", ["ductile_iron", ["ductile_iron"], ["ductile_iron", None]])
def test_who_asks_for_a_code_gets_what_counts_as_it(town, wanted):
    before = len(town.read("pipe", ["pipe_id"], where={"material": wanted}))
    add(town, K9)
    give(town, "k9_iron")
    found = town.read("pipe", ["pipe_id", "material"], where={"material": wanted})
    assert len(found) == before
    assert set(found["material"]) == {"ductile_iron"}
    assert len(town.read("pipe", ["pipe_id"], where={"install_year": Between(1900, 2000)}))


def test_a_code_that_counts_as_nothing_is_unknown(town):
    add(town, CodeRequest("handover_mode", "by_letter"))
    code = town.table("compound").field("handover_mode").codes["by_letter"]
    assert code.base == next(
        (one for one in ("other", "unknown") if one in domains.domain("handover_mode")), None
    )


@pytest.mark.slow
def test_log_undo_and_restoring_have_the_code_itself(town):
    add(town, K9)
    give(town, "k9_iron")
    give(town, "pe")
    town.undo()
    assert material(town, as_stored=True) == "k9_iron"
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    town.undo()
    assert material(town, as_stored=True) == "k9_iron"


@pytest.mark.slow
def test_a_code_is_taken_out_unless_rows_have_it(town):
    batch = add(town, K9)
    edit = give(town, "k9_iron")
    with pytest.raises(StoreError, match="k9_iron is used as Material in 1 row"):
        town.undo(batch)
    town.undo(edit)
    undone = town.undo(batch)
    with pytest.raises(StoreError, match="material=k9_iron"):
        give(town, "k9_iron")
    town.undo(undone.batch_id)
    give(town, "k9_iron")


@pytest.mark.slow
def test_a_migration_keeps_them(town):
    add(town, K9)
    give(town, "k9_iron")
    with closing(sqlite3.connect(town.uri)) as database, database:
        version = str(SCHEMA_VERSION - 1)
        database.execute("UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", (version,))
    again = open_network(town.uri)
    assert (material(again), material(again, as_stored=True)) == ("ductile_iron", "k9_iron")


@pytest.mark.slow
def test_another_network_does_not_know_them(town, tmp_path):
    network = create_network(tmp_path / "other.gpkg", CRS)
    add(town, K9)
    assert "k9_iron" not in network.table("pipe").field("material").codes
    with pytest.raises(StoreError, match="material=k9_iron"), network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(1, material="k9_iron"))


def test_foreign_words_mean_them_where_rows_are_brought_in(town):
    add(town, K9)
    material = town.table("pipe").field("material")
    assert domains.suggest("material", "K9 球墨铸铁", material.own_codes) == "k9_iron"
    assert domains.suggest("material", "K9 球墨铸铁") is None
    assert "k9_iron" in material.codes and "k9_iron" not in domains.domain("material")
    assert (material.code_label("k9_iron"), material.code_label("no_code")) == ("K9 iron", "no_code")


@pytest.mark.slow
def test_words_within_values_are_those_of_the_network_that_is_adopted_into(town, tmp_path):
    other = create_network(tmp_path / "other.gpkg", CRS)
    add(town, CodeRequest("material", "moso", "Moso bamboo", "毛竹管", "other"))
    add(other, CodeRequest("material", "reed", "Reed", "芦苇管", "other"))
    for network, word, code in ((town, "防腐毛竹管 DN100", "moso"), (other, "防腐芦苇管 DN100", "reed")) * 2:
        own = network.table("pipe").field("material").own_codes
        named = word_codes.code_within("material", word, own)
        assert named is not None
        assert named.code == code
        named = word_codes.code_within("material", word)
        assert named is None or named.code != code


@pytest.mark.parametrize(
    ("request_", "words"),
    a_few_quick(
        [
            (CodeRequest("", "x"), "no value list –"),
            (CodeRequest("colour", "x"), "no value list colour"),
            (
                CodeRequest("system", "heating"),
                "Systems can't be added: the system says which pipes are joined",
            ),
            (CodeRequest("status", "paused", base="abandoned"), "Statuses can't be added"),
            (CodeRequest("valve_state", "half"), "can't be extended"),
            (CodeRequest("node_kind", "ball_valve"), "needs BASE"),
            (CodeRequest("node_kind", "ball_valve", base="valves"), "has no code valves"),
            (CodeRequest("material", ""), "can't be a code"),
            (CodeRequest("material", "K9"), "can't be a code"),
            (CodeRequest("material", "k 9"), "can't be a code"),
            (CodeRequest("material", 'a"b'), "can't be a code"),
            (CodeRequest("material", "a;b"), "can't be a code"),
            (CodeRequest("material", "x" * 200), "too long"),
            (CodeRequest("material", "pe"), "is the code pe"),
            (CodeRequest("material", "poly", "Polyethylene"), "is the code pe"),
            (CodeRequest("material", "mine", base="iron"), "has no code iron"),
            (CodeRequest("material", "mine", label="two\nlines"), "can't be a label"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_what_is_refused_is_said_in_one_sentence(town, request_, words):
    before = content(town.uri)
    with pytest.raises(InputError, match=words):
        add(town, request_)
    assert content(town.uri) == before


def test_a_code_twice_is_refused(town):
    add(town, K9)
    with pytest.raises(InputError, match="is the code k9_iron"):
        add(town, K9)
    with pytest.raises(InputError, match="is the code k9_iron"):
        add(town, CodeRequest("material", "k9", label_zh="K9球墨铸铁"))


# Kinds of nodes and functions of pipes: what the store derives and checks by them reads the base.

LEAD = CodeRequest("function", "house_lead", "House lead", "户线", "service")
PRESSED = CodeRequest("function", "pressed", base="rising_main")
BALL = CodeRequest("node_kind", "ball_valve", "Ball valve", "球阀", "valve")
BEND = CodeRequest("node_kind", "bend_90", "Bend", base="junction")


def node_frame(*kinds: str, **values: object) -> gpd.GeoDataFrame:
    data = {
        "node_id": [f"N{number}" for number in range(len(kinds))],
        "kind": list(kinds),
        "status": "in_use",
        **values,
    }
    places = [shapely.Point(ORIGIN[0] + number, ORIGIN[1]) for number in range(len(kinds))]
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(places, crs=CRS)).rename_geometry("geom")


def derived_of(network, asset: str = "P00001") -> tuple[object, ...]:
    return rows(network.uri, "SELECT map_rank, map_flow FROM pipe WHERE pipe_id = ?", asset)[0]


@pytest.mark.slow
def test_maps_draw_a_function_of_ones_own_as_its_base(town):
    batch = add(town, LEAD, PRESSED)
    edit = with_values(town, function="house_lead")
    assert derived_of(town) == (map_values.RANK_SERVICE, None)
    with_values(town, function="pressed", system="sewage", flow="reverse")
    assert derived_of(town)[1] == 1
    with town.write("adopt") as writing:
        writing.insert("pipe", pipe_frame(2, start=100, function="house_lead"))
        writing.insert("pipe", pipe_frame(600, start=200, function="pressed", system="storm", flow="reverse"))
    assert derived_of(town, "P00101")[0] == map_values.RANK_SERVICE
    assert derived_of(town, "P00300")[1] == 1
    row = town.rows_where("pipe", "pipe_id", ["P00300"]).popitem()[1]
    assert map_values.map_values(row, town.table("pipe"))["map_flow"] == 1
    assert open_network(town.uri).repairs == ()
    assert town.read("pipe", ["function"], ids=["P00101"])["function"].tolist() == ["service"]
    with pytest.raises(StoreError, match="is used"):
        town.undo(batch)
    assert edit


def test_triggers_follow_functions_that_come_and_go(town):
    with closing(sqlite3.connect(town.uri)) as database:
        before = kept_triggers.found(database)
    batch = add(town, LEAD)
    undone = town.undo(batch)
    with closing(sqlite3.connect(town.uri)) as database:
        assert kept_triggers.found(database) == before
    town.undo(undone.batch_id)
    with_values(town, function="house_lead")
    assert derived_of(town)[0] == map_values.RANK_SERVICE
    assert open_network(town.uri).repairs == ()


@pytest.mark.slow
def test_adding_a_code_does_not_hide_a_gap(town):
    with closing(sqlite3.connect(town.uri)) as database, database:
        database.execute("DROP TRIGGER wn_pipe_update")
    add(town, LEAD)
    assert open_network(town.uri).repairs == ("pipe",)


def with_values(network, **values: object) -> str:
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": "P00001", **values}]))
    return batch.batch_id


@pytest.mark.slow
def test_kinds_of_ones_own_have_the_fields_of_their_base(town):
    add(town, BALL, BEND)
    with town.write("edit") as batch:
        batch.insert("node", node_frame("ball_valve", valve_state="closed"))
    found = town.read("node", ["kind", "valve_state"])
    assert found.drop(columns="geom").to_numpy().tolist() == [["valve", "closed"]]
    assert town.read("node", ["kind"], as_stored=True)["kind"].tolist() == ["ball_valve"]
    assert len(town.read("node", ["kind"], where={"kind": ["valve"]})) == 1
    with (
        pytest.raises(RowRefusedError, match="is of the kind Bend, which has no"),
        town.write("edit") as batch,
    ):
        batch.update("node", pd.DataFrame({"node_id": ["N0"], "kind": ["bend_90"]}))


def test_ranges_of_a_kind_hold_for_those_of_ones_own(town):
    rule = next(one for one in all_constraints() if one.families)
    kind = next(code for code in domains.domain("node_kind").values() if code.family == rule.families[0])
    add(town, CodeRequest("node_kind", "mine", base=kind.code))
    assert "'mine'" in rule.condition("2027", town.table("node"))
    assert "'mine'" not in rule.condition("2027")
