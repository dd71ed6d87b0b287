"""Renaming carries every link; what is pasted brings no history of its source."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from support.settled_tables import Desk, line, node, pipe, row, tables

from waternet_plugin.core.network.settling.doubled import doubled_text
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.references import references, target_codes, target_of
from waternet_plugin.core.vertices import xyz


def _town() -> Desk:
    return Desk(
        tables(
            pipe=[pipe("P-1", [(0, 0), (10, 0)], from_node="A", to_node="B", dma_id="Z-1")],
            node=[node("A", (0, 0)), node("B", (10, 0), dma_id="Z-1")],
            zone=[row("zone", zone_id="Z-1", kind="dma"), row("zone", zone_id="Z-2", parent_id="Z-1")],
            failure=[row("failure", failure_id="F-1", pipe_id="P-1", reported_pipe_id="P-1")],
            customer=[row("customer", customer_id="U-1", pipe_id="P-1")],
            work_item=[
                row("work_item", item_id="W-1", asset="A"),
                row("work_item", item_id="W-2", asset="P-1"),
            ],
            inspection=[row("inspection", inspection_id="I-1", pipe_id="P-1")],
            defect=[row("defect", defect_id="D-1", inspection_id="I-1")],
            project=[row("project", project_id="PR-1", pipe_ids="P-1;P-10")],
            project_pipe=[row("project_pipe", project_id="PR-1", pipe_id="P-1")],
        )
    )  # fmt: skip


def test_a_renamed_node_is_named_by_its_pipes_and_work_items() -> None:
    desk = _town()
    desk.change("node", "A", node_id='A\'s "new" id')
    assert desk.ends("P-1") == ('A\'s "new" id', "B")
    assert desk.of("work_item", "W-1")["asset"] == 'A\'s "new" id'


def test_two_nodes_that_exchange_their_ids_keep_their_ends() -> None:
    desk = _town()
    desk.gesture(
        ("node", 1, {**desk.tables["node"][1], "node_id": "B"}),
        ("node", 2, {**desk.tables["node"][2], "node_id": "A"}),
    )
    assert desk.ends("P-1") == ("B", "A")
    assert desk.of("work_item", "W-1")["asset"] == "B"
    assert desk.save().followed == ()


def test_a_renamed_pipe_is_named_by_all_that_named_it_but_for_what_was_reported() -> None:
    desk = _town()
    desk.change("pipe", "P-1", pipe_id="P-77")
    failure = desk.of("failure", "F-1")
    assert (failure["pipe_id"], failure["reported_pipe_id"]) == ("P-77", "P-1")
    assert desk.of("customer", "U-1")["pipe_id"] == desk.of("inspection", "I-1")["pipe_id"] == "P-77"
    assert desk.of("work_item", "W-2")["asset"] == "P-77"
    assert desk.of("project", "PR-1")["pipe_ids"] == "P-77;P-10"
    assert desk.save().followed == ()


def test_renamed_zones_and_inspections_carry_what_names_them() -> None:
    desk = _town()
    desk.change("zone", "Z-1", zone_id="North")
    desk.change("inspection", "I-1", inspection_id="I-9")
    assert desk.of("pipe", "P-1")["dma_id"] == desk.of("node", "B")["dma_id"] == "North"
    assert desk.of("zone", "Z-2")["parent_id"] == "North"
    assert desk.of("defect", "D-1")["inspection_id"] == "I-9"


def test_work_orders_follow_a_renamed_customer_and_failure() -> None:
    rows = [row("work_item", item_id="W-1", asset="U-1"), row("work_item", item_id="W-2", asset="F-1")]
    failure, customer = row("failure", failure_id="F-1"), row("customer", customer_id="U-1")
    desk = Desk(tables(work_item=rows, failure=[failure], customer=[customer]))
    desk.change("customer", "U-1", customer_id="U-77")
    desk.change("failure", "F-1", failure_id="F-77")
    assert [desk.of("work_item", name)["asset"] for name in ("W-1", "W-2")] == ["U-77", "F-77"]


def test_ticks_follow_what_their_list_is_of_where_others_have_the_same_id() -> None:
    ticks = [
        row("checklist", checklist_id="CL-1", list="hand_over", asset="1", item="agreement"),
        row("checklist", checklist_id="CL-2", list="zone", asset="1", item="agreement"),
    ]
    areas = {"compound": [row("compound", compound_id="1")], "zone": [row("zone", zone_id="1", kind="dma")]}
    desk = Desk(tables(checklist=ticks, **areas))
    desk.change("compound", "1", compound_id="C-1")
    assert [desk.of("checklist", name)["asset"] for name in ("CL-1", "CL-2")] == ["C-1", "1"]
    desk.change("zone", "1", zone_id="Z-1")
    assert [desk.of("checklist", name)["asset"] for name in ("CL-1", "CL-2")] == ["C-1", "Z-1"]


def test_lists_of_ids_follow_renaming() -> None:
    shutoff = row(
        "shutoff", shutoff_id="SO-1", kind="planned", pipe_id="P-1", valves="B;A;V-9", customers="U-9;U-1"
    )
    item = row("work_item", item_id="W-1", type="locate", pipes="P-9;P-1;P-10")
    desk = Desk(
        tables(
            pipe=[pipe("P-1", [(0, 0), (10, 0)], from_node="A", to_node="B")],
            node=[node("A", (0, 0)), node("B", (10, 0))],
            customer=[row("customer", customer_id="U-1", pipe_id="P-1")],
            shutoff=[shutoff],
            work_item=[item],
        )
    )
    desk.change("node", "A", node_id="V-1")
    desk.change("customer", "U-1", customer_id="U-77")
    desk.change("pipe", "P-1", pipe_id="P-77")
    kept = desk.of("shutoff", "SO-1")
    assert [kept[name] for name in ("pipe_id", "valves", "customers")] == ["P-77", "B;V-1;V-9", "U-9;U-77"]
    assert desk.of("work_item", "W-1")["pipes"] == "P-9;P-77;P-10"


def test_every_checklist_says_what_it_is_of() -> None:
    reference = next(one for one in references() if one.table == "checklist")
    tables_of = {target_of("checklist", "asset", {"list": code}) for code in domain("checklist")}
    assert tables_of == set(reference.targets)
    assert target_codes("checklist", "asset", "node") == ("list", ("intake_point", "pump_room"))
    assert target_codes("attachment", "asset", "node") == ("table", ("node",))
    assert target_codes("work_item", "asset", "node") == ("", ())


def test_what_a_person_entered_in_the_same_gesture_stays() -> None:
    desk = _town()
    desk.gesture(
        ("pipe", 1, {**desk.tables["pipe"][1], "pipe_id": "P-77"}),
        ("customer", 1, {**desk.tables["customer"][1], "pipe_id": "P-5"}),
    )
    assert desk.of("customer", "U-1")["pipe_id"] == "P-5"


def test_a_pasted_pipe_has_its_own_id_and_ends_and_was_not_surveyed() -> None:
    desk = _town()
    source = {
        **desk.of("pipe", "P-1"), "batch_id": "B3", "row_version": 4.0, "survey_batch": "SB1",
        "verified_on": pd.Timestamp("2024-05-01"), "material": "PE",
    }  # fmt: skip
    desk.gesture(("pipe", -2, {**source, "geom": line((0, 50), (10, 50))}))
    new = desk.tables["pipe"][-2]
    assert new["pipe_id"] == "P-2"
    assert [new[name] for name in ("batch_id", "survey_batch", "verified_on")] == [None] * 3
    assert new["material"] == "PE"
    assert {new["from_node"], new["to_node"]}.isdisjoint({"A", "B", None})
    assert desk.save().followed == ()


def test_what_a_new_row_says_of_its_survey_stays_where_nothing_was_copied() -> None:
    desk = _town()
    desk.draw([(0, 50), (10, 50)], survey_batch="SB9")
    assert desk.of("pipe", "NEW-1")["survey_batch"] == "SB9"


def test_unknown_heights_stay_unknown_and_known_ones_are_carried() -> None:
    desk = _town()
    desk.draw([(0, 50, 0), (5, 50, 0), (10, 50, 0)])
    assert np.isnan(xyz(desk.of("pipe", "NEW-1")["geom"])[:, 2]).all()
    desk.draw([(0, 70, 4.0), (5, 70, 0), (10, 70, 6.0)], "NEW-2")
    assert xyz(desk.of("pipe", "NEW-2")["geom"])[:, 2].tolist() == [4.0, 5.0, 6.0]
    assert desk.of("node", desk.ends("NEW-2")[1])["geom"].z == 6.0
    # The first height may be the one that is not known.
    desk.draw([(0, 90, np.nan), (5, 90, 3.0), (10, 90, 6.0)], "NEW-3")
    assert xyz(desk.of("pipe", "NEW-3")["geom"])[1:, 2].tolist() == [3.0, 6.0]


def test_a_vertex_put_into_a_line_of_known_heights_gets_one() -> None:
    desk = _town()
    desk.change("pipe", "P-1", geom=line((0, 0, 1), (10, 0, 3)))
    desk.change("pipe", "P-1", geom=line((0, 0, 1), (5, 2, 0), (10, 0, 3)))
    assert xyz(desk.of("pipe", "P-1")["geom"])[1, 2] == 2.0
    assert not shapely.is_empty(desk.of("pipe", "P-1")["geom"])


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_pipe_pasted_in_its_place_is_told_of(is_turned: bool) -> None:
    desk = _town()
    row = desk.of("pipe", "P-1")
    shape = row["geom"].reverse() if is_turned else row["geom"]
    settled = desk.gesture(("pipe", desk.new_key(), {**row, "batch_id": "B1", "geom": shape}))
    ((new, old),) = settled.doubled
    assert old == "P-1" and new != "P-1" and new in doubled_text(settled.doubled)


def test_a_pipe_in_the_place_of_an_abandoned_one_or_beside_another_is_no_double() -> None:
    desk = _town()
    row = desk.of("pipe", "P-1")
    desk.change("pipe", "P-1", status="abandoned")
    assert not desk.gesture(("pipe", desk.new_key(), {**row, "pipe_id": "NEW"})).doubled
    assert not desk.draw([(0, 80), (9, 80)], "NEW-2").doubled
    assert doubled_text(()) == ""


@pytest.mark.parametrize("given", ["P-1_1", "P-1_12", "P-1"])
def test_a_pasted_pipe_gets_an_id_of_the_house(given: str) -> None:
    desk = _town()
    row = {**desk.of("pipe", "P-1"), "batch_id": "B1", "pipe_id": given}
    desk.gesture(("pipe", desk.new_key(), {**row, "geom": line((0, 70), (9, 70))}))
    (new,) = [one["pipe_id"] for one in desk.tables["pipe"].values() if one["geom"].bounds[1] == 70]
    assert "_" not in new and new.startswith("P-") and new != "P-1"
