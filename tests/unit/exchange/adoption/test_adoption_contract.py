"""What stops an adoption, rejects a row or makes a value unknown: section 2 of the contract."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely
from support.adoption_frames import (
    CRS,
    EAST,
    NORTH,
    adopted,
    frame,
    line,
    mapping_of,
    nulled,
    point,
    rejected,
)

from waternet_plugin.core.errors import CancelledError, InputError
from waternet_plugin.core.exchange.adoption.adoption import Destination, UnmappedError, adopt, rejected_rows
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.settings import Settings

ONE = line((0, 0), (30, 40))


# --------------------------------------------------------------------------------- stops the run


def test_missing_column_stops_and_names_it() -> None:
    with pytest.raises(InputError, match="no column ASSET_ID, DN"):
        adopted(frame([ONE], ID=["1"]), {"pipe_id": "ASSET_ID", "diameter_mm": "DN"})


def test_table_that_is_not_ours_stops() -> None:
    with pytest.raises(InputError, match="no table “pipes”"):
        adopted(frame([ONE], ID=["1"]), {}, "pipes")


def test_results_are_no_table_to_adopt_into() -> None:
    with pytest.raises(InputError, match="assessment"):
        adopted(frame([ONE], ID=["1"]), {}, "assessment")


def test_column_that_is_not_ours_stops() -> None:
    with pytest.raises(MappingError, match="no field diametre"):
        adopted(frame([ONE], ID=["1"]), {"diametre": "ID"})


def test_columns_the_store_fills_stop() -> None:
    with pytest.raises(MappingError, match="WaterNet fills in batch_id, map_class itself"):
        adopted(frame([ONE], ID=["1"]), {"batch_id": "ID", "map_class": "ID"})


def test_no_crs_stops() -> None:
    with pytest.raises(InputError, match="coordinate system of the data is not known"):
        adopted(frame([ONE], crs=None, ID=["1"]))


def test_crs_is_that_of_the_caller_where_the_file_has_none() -> None:
    assert adopted(frame([ONE], crs=None, ID=["1"]), source_crs=CRS).rows_written == 1


def test_ballpark_change_stops() -> None:
    place = line((0, 0), (10, 0), east=500_000, north=2_500_000)
    with pytest.raises(InputError, match="ballpark"):
        adopted(frame([place], crs="EPSG:2437", ID=["1"]))


def test_unmapped_codes_stop_and_are_all_listed() -> None:
    foreign = frame([ONE] * 4, ID=list("abcd"), MAT=["CI", "ZZ", "ZZ", "QQ"], ST=["ACT", "?", "ACT", "ACT"])
    with pytest.raises(UnmappedError) as caught:
        adopted(
            foreign,
            {"pipe_id": "ID", "material": "MAT", "status": "ST"},
            values={"status": {"ACT": "in_use"}},
        )
    found = {(one.field, one.value): (one.count, one.suggestion) for one in caught.value.unmapped}
    assert found == {
        ("material", "CI"): (1, "cast_iron"),
        ("material", "ZZ"): (2, None),
        ("material", "QQ"): (1, None),
        ("status", "?"): (1, None),
    }
    for word in ("CI", "ZZ", "QQ", "cast_iron", "?"):
        assert word in caught.value.message


def test_unmapped_codes_are_listed_by_a_dry_run() -> None:
    result = adopted(frame([ONE], MAT=["CI"]), {"material": "MAT"}, dry_run=True)
    assert [(one.value, one.suggestion) for one in result.unmapped] == [("CI", "cast_iron")]


def test_target_code_that_does_not_exist_stops() -> None:
    with pytest.raises(MappingError, match="material has no code gold"):
        adopted(frame([ONE], MAT=["Au"]), {"material": "MAT"}, values={"material": {"Au": "gold"}})


def test_default_that_does_not_exist_stops() -> None:
    with pytest.raises(MappingError, match="default “beer” does not fit the field system"):
        adopted(frame([ONE], ID=["1"]), {"pipe_id": "ID"}, defaults={"system": "beer"})


def test_pipes_without_a_system_stop() -> None:
    with pytest.raises(MappingError, match="gives no system"):
        adopt(
            frame([ONE], ID=["1"]),
            mapping_of({"pipe_id": "ID"}),
            "pipe",
            into=Destination(CRS, settings=Settings()),
            today=pd.Timestamp("2026-01-01").date(),
        )


def test_pipes_without_a_status_are_in_use_and_that_is_said() -> None:
    result = adopt(
        frame([ONE], ID=["1"]),
        mapping_of({"pipe_id": "ID"}, defaults={"system": "potable"}),
        "pipe",
        into=Destination(CRS, settings=Settings()),
        today=pd.Timestamp("2026-01-01").date(),
    )
    assert result.rows["status"].tolist() == ["in_use"]
    assert any("status" in note for note in result.notes)


def test_empty_required_code_is_listed() -> None:
    foreign = frame([ONE, ONE], ID=["1", "2"], SYS=["potable", None])
    with pytest.raises(UnmappedError) as caught:
        adopt(
            foreign,
            mapping_of({"pipe_id": "ID", "system": "SYS"}),
            "pipe",
            into=Destination(CRS, settings=Settings()),
            today=pd.Timestamp("2026-01-01").date(),
        )
    assert [(one.field, one.value, one.count) for one in caught.value.unmapped] == [("system", "", 1)]


def test_empty_layer_stops() -> None:
    with pytest.raises(InputError, match="no rows"):
        adopted(frame([], ID=[]), {"pipe_id": "ID"})


def test_cancel_stops() -> None:
    with pytest.raises(CancelledError):
        adopt(
            frame([ONE], ID=["1"]),
            mapping_of({"pipe_id": "ID"}, defaults={"system": "potable"}),
            "pipe",
            into=Destination(CRS, settings=Settings()),
            today=pd.Timestamp("2026-01-01").date(),
            progress=Progress(lambda fraction, _text: fraction < 0.5),
        )


# ----------------------------------------------------------------------------------- rejects rows


def test_rows_without_a_place_are_rejected() -> None:
    broken = shapely.LineString([(EAST, NORTH), (math.nan, NORTH)])
    foreign = frame([None, shapely.LineString(), broken, ONE], ID=list("abcd"))
    result = adopted(foreign, {"pipe_id": "ID"})
    assert rejected(result) == [(1, "no_geometry"), (2, "no_geometry"), (3, "no_geometry")]
    assert result.rejected["source_id"].tolist() == ["a", "b", "c"]
    assert result.rows["pipe_id"].tolist() == ["d"]


def test_failure_that_names_a_pipe_needs_no_place() -> None:
    foreign = frame([None, None], ID=["f1", "f2"], PIPE=["P1", None])
    result = adopted(foreign, {"failure_id": "ID", "pipe_id": "PIPE"}, "failure")
    assert rejected(result) == [(2, "no_geometry")]
    assert result.rows["reported_pipe_id"].tolist() == ["P1"]
    assert result.rows.geometry.isna().all()


def test_work_item_that_names_an_asset_needs_no_place() -> None:
    foreign = pd.DataFrame({"ID": ["w1", "w2"], "ASSET": ["N1", None]})
    result = adopted(foreign, {"item_id": "ID", "asset": "ASSET"}, "work_item")
    assert rejected(result) == [(2, "no_geometry")]


def test_work_item_that_names_a_compound_needs_no_place() -> None:
    foreign = pd.DataFrame({"ID": ["w1", "w2"], "XQ": ["C1", None]})
    result = adopted(foreign, {"item_id": "ID", "compound_id": "XQ"}, "work_item")
    assert rejected(result) == [(2, "no_geometry")]


def test_tables_without_geometry_need_none() -> None:
    foreign = pd.DataFrame({"ID": ["i1"], "PIPE": ["P1"]})
    result = adopted(foreign, {"inspection_id": "ID", "pipe_id": "PIPE"}, "inspection")
    assert result.rows_written == 1
    assert "geom" not in result.rows


def test_wrong_geometry_is_rejected() -> None:
    result = adopted(frame([point(0, 0), ONE], ID=["a", "b"]), {"pipe_id": "ID"})
    assert rejected(result) == [(1, "wrong_geometry")]


def test_points_of_several_parts_are_wrong_for_a_node() -> None:
    pair = shapely.MultiPoint([(EAST, NORTH), (EAST + 1, NORTH)])
    single = shapely.MultiPoint([(EAST, NORTH)])
    result = adopted(frame([pair, single], ID=["a", "b"]), {"node_id": "ID"}, "node")
    assert rejected(result) == [(1, "wrong_geometry")]
    assert result.rows.geometry.geom_type.tolist() == ["Point"]


def test_id_of_the_network_is_rejected() -> None:
    result = adopted(frame([ONE, ONE], ID=["a", "b"]), {"pipe_id": "ID"}, existing=["a"])
    assert rejected(result) == [(1, "duplicate_id")]
    assert "network" in result.rejected["reason"][0]


def test_id_twice_in_the_file_keeps_the_first() -> None:
    result = adopted(frame([ONE] * 3, ID=["a", "b", "a"]), {"pipe_id": "ID"})
    assert rejected(result) == [(3, "duplicate_id")]
    assert "Row 1" in result.rejected["reason"][0]
    assert result.rows["pipe_id"].tolist() == ["a", "b"]


def test_rejected_row_does_not_take_its_id_away() -> None:
    result = adopted(frame([None, ONE], ID=["a", "a"]), {"pipe_id": "ID"})
    assert rejected(result) == [(1, "no_geometry")]
    assert result.rows["pipe_id"].tolist() == ["a"]


def test_line_without_any_length_is_rejected() -> None:
    flat = line((5, 5), (5, 5))
    result = adopted(
        frame([flat, flat, ONE], ID=list("abc"), LEN=[None, 12.5, None]), {"pipe_id": "ID", "length_m": "LEN"}
    )
    assert rejected(result) == [(1, "zero_length")]
    assert result.rows["length_m"].tolist() == [12.5, 50.0]
    assert result.rows["length_source"].tolist() == ["given", "geometry"]


def test_zero_length_with_a_given_length_is_an_issue() -> None:
    result = adopted(frame([line((5, 5), (5, 5))], ID=["a"], LEN=[3.0]), {"pipe_id": "ID", "length_m": "LEN"})
    assert result.issues[["issue_id", "assets", "severity", "state"]].to_numpy().tolist() == [
        ["adopt_zero_length-pipe-a", "a", "warning", "open"]
    ]
    assert result.issues.geometry[0].equals(shapely.Point(EAST + 5, NORTH + 5))


def test_same_file_twice_is_all_duplicates_and_says_so() -> None:
    foreign = frame([ONE] * 3, ID=list("abc"))
    first = adopted(foreign, {"pipe_id": "ID"})
    second = adopted(foreign, {"pipe_id": "ID"}, existing=first.rows["pipe_id"].tolist())
    assert second.rejected_by_reason() == {"duplicate_id": 3}
    assert any("adopted before" in note for note in second.notes)


# --------------------------------------------------------------------- writes the row with NULL


def test_unlikely_years_become_unknown() -> None:
    years = [0, 9999, 2027, 2026, 1998]
    result = adopted(frame([ONE] * 5, Y=years), {"install_year": "Y"})
    assert nulled(result) == {
        ("install_year", "year_zero"): 1,
        ("install_year", "year_9999"): 1,
        ("install_year", "future"): 1,
    }
    assert result.rows["install_year"].tolist()[3:] == [2026.0, 1998.0]
    assert result.rows["install_year"].isna().sum() == 3


def test_diameter_zero_becomes_unknown() -> None:
    result = adopted(frame([ONE] * 3, D=[0, -100, 200]), {"diameter_mm": "D"})
    assert nulled(result) == {("diameter_mm", "zero"): 1, ("diameter_mm", "negative"): 1}
    assert result.rows["diameter_mm"].tolist()[2] == 200.0


def test_date_that_is_none_becomes_unknown() -> None:
    foreign = frame([point(0, 0)] * 4, ID=list("abcd"), D=["2001-02-30", "soon", "2001/05/06 12:00", None])
    result = adopted(foreign, {"failure_id": "ID", "date": "D"}, "failure")
    assert nulled(result) == {("date", "bad_date"): 2}
    assert result.nulled[0].examples == ("2001-02-30", "soon")
    assert result.rows["date"].tolist()[2] == pd.Timestamp("2001-05-06")


def test_future_failures_lose_their_date_but_plans_keep_it() -> None:
    foreign = frame([point(0, 0)], D=["2027-01-01"])
    assert nulled(adopted(foreign, {"date": "D"}, "failure")) == {("date", "future"): 1}
    pipes = adopted(frame([ONE], D=["2027-01-01"]), {"retired_on": "D"})
    assert pipes.rows["retired_on"].tolist() == [pd.Timestamp("2027-01-01")]


def test_number_that_is_none_becomes_unknown() -> None:
    result = adopted(frame([ONE] * 3, P=["0.35", "much", "#N/A"]), {"pressure_mpa": "P"})
    assert nulled(result) == {("pressure_mpa", "bad_number"): 2}
    assert result.rows["pressure_mpa"][0] == 0.35


def test_default_never_stands_in_for_a_lost_value() -> None:
    result = adopted(frame([ONE] * 2, Y=[9999, None]), {"install_year": "Y"}, defaults={"install_year": 1990})
    assert np.isnan(result.rows["install_year"][0])
    assert result.rows["install_year"][1] == 1990


# ------------------------------------------------------------------------------ counts and parts


def test_a_text_that_is_too_long_for_an_id_rejects_its_row() -> None:
    ids = ["管" * 200, "x" * 201, "y" * 100_000, "y" * 100_000, None]
    result = adopted(frame([ONE] * 5, ID=ids), {"pipe_id": "ID"})
    assert result.rows["pipe_id"].tolist() == ["管" * 200, "P-000001"]
    assert result.rejected_by_reason() == {"bad_id": 3}
    assert set(result.rejected["reason"].str.len() < 100) == {True}


def test_rows_in_are_rows_written_and_rejected() -> None:
    parts = shapely.MultiLineString(
        [[(EAST, NORTH), (EAST + 3, NORTH)], [(EAST, NORTH + 9), (EAST + 1, NORTH + 9)]]
    )
    result = adopted(frame([parts, None, ONE], ID=list("abc")), {"pipe_id": "ID"})
    assert (result.rows_in, result.rows_written, result.rows_rejected, result.assets_written) == (3, 2, 1, 3)


def test_parts_that_touch_are_merged() -> None:
    parts = shapely.MultiLineString(
        [[(EAST, NORTH), (EAST + 3, NORTH)], [(EAST + 5, NORTH), (EAST + 3, NORTH)]]
    )
    result = adopted(frame([parts], ID=["a"]), {"pipe_id": "ID"})
    assert result.rows["pipe_id"].tolist() == ["a"]
    assert shapely.get_coordinates(result.rows.geometry)[:, 0].tolist() == [EAST, EAST + 3, EAST + 5]


def test_parts_apart_become_pipes_that_share_the_given_length() -> None:
    parts = shapely.MultiLineString(
        [[(EAST, NORTH), (EAST + 3, NORTH)], [(EAST, NORTH + 9), (EAST + 1, NORTH + 9)]]
    )
    result = adopted(
        frame([parts], ID=["a"], LEN=[8.0], FROM=["N1"], TO=["N2"]),
        {"pipe_id": "ID", "length_m": "LEN", "from_node": "FROM", "to_node": "TO"},
    )
    assert result.rows["pipe_id"].tolist() == ["a.1", "a.2"]
    assert result.rows["length_m"].tolist() == [6.0, 2.0]
    assert result.rows["length_source"].tolist() == ["given", "given"]
    assert result.rows["from_node"].tolist() == ["N1", None]
    assert result.rows["to_node"].tolist() == [None, "N2"]
    assert result.source_rows.tolist() == [1, 1]


def test_ids_of_parts_never_clash() -> None:
    parts = shapely.MultiLineString(
        [[(EAST, NORTH), (EAST + 3, NORTH)], [(EAST, NORTH + 9), (EAST + 1, NORTH + 9)]]
    )
    result = adopted(frame([parts, ONE], ID=["a", "a.2"]), {"pipe_id": "ID"})
    assert rejected(result) == [(1, "duplicate_id")]


def test_length_of_the_drawing_is_planar() -> None:
    steep = line((0, 0, 0.0), (3, 4, 100.0))
    result = adopted(frame([steep], ID=["a"]), {"pipe_id": "ID"})
    assert result.rows["length_m"].tolist() == [5.0]
    assert result.rows.geometry.has_z.tolist() == [True]


def test_given_length_in_feet() -> None:
    result = adopted(frame([ONE], LEN=[100.0]), {"length_m": "LEN"}, units={"length_m": "foot"})
    assert result.rows["length_m"].tolist() == [pytest.approx(30.48)]
    survey = adopted(frame([ONE], LEN=[100.0]), {"length_m": "LEN"}, units={"length_m": "us_survey_foot"})
    assert survey.rows["length_m"][0] == pytest.approx(30.480061, abs=1e-6)


def test_diameter_in_inches() -> None:
    result = adopted(frame([ONE], D=[6]), {"diameter_mm": "D"}, units={"diameter_mm": "inch"})
    assert result.rows["diameter_mm"].tolist() == [pytest.approx(152.4)]


# -------------------------------------------------------------------------------------- mapping


def test_every_other_code() -> None:
    foreign = frame([ONE] * 3, MAT=["CI", "x", None])
    result = adopted(foreign, {"material": "MAT"}, values={"material": {"CI": "cast_iron", "*": "unknown"}})
    assert result.rows["material"].tolist() == ["cast_iron", "unknown", None]


def test_codes_without_regard_to_case() -> None:
    result = adopted(
        frame([ONE] * 2, MAT=["conc", "CONC"]), {"material": "MAT"}, values={"material": {"CONC": "concrete"}}
    )
    assert result.rows["material"].tolist() == ["concrete", "concrete"]


def test_our_own_codes_need_no_mapping() -> None:
    result = adopted(frame([ONE], MAT=["cast_iron"]), {"material": "MAT"})
    assert result.rows["material"].tolist() == ["cast_iron"]


def test_blank_code() -> None:
    foreign = frame([point(0, 0)] * 2, MODE=[None, "PRV"])
    result = adopted(foreign, {"kind": "MODE"}, "node", values={"kind": {"": "valve", "PRV": "prv"}})
    assert result.rows["kind"].tolist() == ["valve", "prv"]


def test_null_words() -> None:
    foreign = frame([ONE] * 3, ID=["0", "7", "0"], D=[0.0, 100.0, -1.0])
    result = adopted(
        foreign, {"pipe_id": "ID", "diameter_mm": "D"}, null={"diameter_mm": [0, -1], "pipe_id": ["0"]}
    )
    assert result.rows["pipe_id"].tolist() == ["P-000001", "7", "P-000002"]
    assert result.rows["diameter_mm"].isna().tolist() == [True, False, True]
    assert nulled(result) == {}


def test_an_empty_null_word_changes_nothing() -> None:
    foreign = frame([ONE] * 2, ID=["", "7"])
    result = adopted(foreign, {"pipe_id": "ID"}, null={"pipe_id": [""]})
    assert result.rows["pipe_id"].tolist() == ["P-000001", "7"]


def test_made_ids_go_on_after_those_there() -> None:
    result = adopted(frame([ONE] * 2), existing=["P-000007", "x"])
    assert result.rows["pipe_id"].tolist() == ["P-000008", "P-000009"]
    assert result.made_ids == 2


def test_made_ids_with_a_prefix_of_the_mapping() -> None:
    result = adopted(frame([ONE]), id_prefix="GS")
    assert result.rows["pipe_id"].tolist() == ["GS000001"]


def test_ids_stay_what_they_are() -> None:
    for column, ids in (
        ([7.0, 12.0], ["7", "12"]),
        ([7, 12], ["7", "12"]),
        (["007", " 012 "], ["007", "012"]),
    ):
        assert adopted(frame([ONE] * 2, ID=column), {"pipe_id": "ID"}).rows["pipe_id"].tolist() == ids


def test_columns_without_regard_to_case() -> None:
    assert adopted(frame([ONE], Asset_Id=["a"]), {"pipe_id": "ASSET_ID"}).rows["pipe_id"].tolist() == ["a"]


def test_sections_within_the_diameter() -> None:
    result = adopted(frame([ONE] * 4, D=["DN300", "Φ200", "400X300", "2×300"]), {"diameter_mm": "D"})
    assert result.rows["diameter_mm"].tolist()[:2] == [300.0, 200.0]
    assert result.rows["width_mm"].tolist()[2] == 400.0
    assert result.rows["height_mm"].tolist()[2] == 300.0
    assert nulled(result) == {("diameter_mm", "bad_number"): 1}


def test_unknown_heights_are_left_out() -> None:
    unknown = line((0, 0, math.nan), (1, 0, math.nan))
    result = adopted(frame([unknown, line((0, 0, 5.0), (1, 0, 6.0))]))
    assert result.rows.geometry.has_z.tolist() == [False, True]


def test_midpoints_of_lines() -> None:
    result = adopted(
        frame([line((0, 0), (2, 0)), line((1, 1), (1, 1))]), {}, "node", geometry={"from": "midpoint"}
    )
    assert shapely.get_coordinates(result.rows.geometry).tolist() == [
        [EAST + 1, NORTH],
        [EAST + 1, NORTH + 1],
    ]


def test_road_works_drawn_as_lines_become_areas() -> None:
    result = adopted(frame([line((0, 0), (100, 0))], Y=[2027]), {"year": "Y"}, "road_work")
    assert result.rows.geometry.geom_type.tolist() == ["MultiPolygon"]
    assert result.rows.geometry.area[0] == pytest.approx(2000 + math.pi * 100, rel=0.01)
    assert result.rows["year"].tolist() == [2027]


def test_areas_that_cross_themselves_are_listed() -> None:
    bow = shapely.Polygon([(EAST + x, NORTH + y) for x, y in ((0, 0), (2, 2), (2, 0), (0, 2))])
    result = adopted(frame([bow], ID=["c1"]), {"compound_id": "ID"}, "compound")
    assert result.rows_written == 1
    assert result.issues["rule_id"].tolist() == ["adopt_invalid_area"]


def test_rejected_rows_mended_are_adopted() -> None:
    foreign = frame([None, ONE], ID=["a", "b"], MAT=["pvc", "pe"])
    fields = {"pipe_id": "ID", "material": "MAT"}
    first = adopted(foreign, fields)
    mended = rejected_rows(foreign, first)
    assert list(mended.columns) == ["source_row", "source_id", "reason_code", "reason", "ID", "MAT", "geom"]
    mended.geometry = [ONE]
    second = adopted(mended, fields, existing=first.rows["pipe_id"].tolist())
    assert second.rows[["pipe_id", "material"]].to_numpy().tolist() == [["a", "pvc"]]
    again = rejected_rows(mended, adopted(mended, fields, existing=["a"]))
    assert again["reason_code"].tolist() == ["duplicate_id"]
    assert list(again.columns).count("source_row") == 1


def test_order_of_rows_does_not_matter() -> None:
    foreign = frame(
        [line((0, 0), (n, 1)) for n in range(1, 9)], ID=[str(n) for n in range(8)], D=range(50, 58)
    )
    fields = {"pipe_id": "ID", "diameter_mm": "D"}
    there = adopted(foreign, fields).rows.sort_values("pipe_id").reset_index(drop=True)
    turned = adopted(foreign.iloc[::-1].reset_index(drop=True), fields).rows
    turned = turned.sort_values("pipe_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.DataFrame(there), pd.DataFrame(turned))


def test_a_flow_that_a_survey_tells_is_given() -> None:
    lines = [line((0, 0), (10, 0)), line((10, 0), (20, 0)), line((20, 0), (30, 0))]
    foreign = frame(lines, 流向=["顺向", "逆向", None])
    rows = adopted(foreign, {"flow": "流向"}, values={"flow": {"顺向": "forward", "逆向": "reverse"}}).rows
    assert rows["flow"].tolist()[:2] == ["forward", "reverse"]
    assert rows["flow_source"].tolist()[:2] == ["given", "given"]
    assert rows["flow_source"].isna().tolist() == [False, False, True]
