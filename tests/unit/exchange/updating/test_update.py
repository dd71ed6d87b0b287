"""Rows of a file that are there already: what changes, what stays, what is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from support.adoption_frames import frame, line, rejected
from support.updating_frames import PIPE, after, counts, network_of, pipes, states, updated

from waternet_plugin.core.errors import InputError

FIELDS = {"pipe_id": "ID", "material": "MAT", "diameter_mm": "DN", "street": "ROAD"}
CODES = {"values": {"material": {"CI": "cast_iron", "PE": "pe"}}, "defaults": PIPE}
LINES = [line((100 * k, 0), (100 * k + 100, 0)) for k in range(6)]


def town(**more):
    """Three pipes: A, B and C; ``more`` are columns of all of them."""
    rows = [
        {"pipe_id": name, "material": "pe", "diameter_mm": 100.0, "street": "One Road", "geom": LINES[at]}
        for at, name in enumerate("ABC")
    ]
    return pipes(
        [{**row, **{name: values[at] for name, values in more.items()}} for at, row in enumerate(rows)]
    )


def file(ids="ABC", mat=("PE",) * 3, dn=(100.0,) * 3, road=("One Road",) * 3, geometry=None):
    return frame(geometry or LINES[: len(ids)], ID=list(ids), MAT=list(mat), DN=list(dn), ROAD=list(road))


def test_the_same_file_again_changes_nothing() -> None:
    result = updated(file(), FIELDS, network_of(town()), **CODES)
    assert counts(result) == (0, 3, 0, 0, 0)
    assert states(result) == []
    assert result.update.writes == ()
    assert result.assets_written == 0


def test_changed_fields_are_listed_and_written() -> None:
    rows = town()
    result = updated(
        file(mat=("CI", "PE", "PE"), dn=(100.0, 150.0, 100.0)), FIELDS, network_of(rows), **CODES
    )
    assert counts(result) == (2, 1, 0, 0, 0)
    assert states(result) == [
        ("A", "material", "pe", "cast_iron", "changed"),
        ("B", "diameter_mm", "100", "150", "changed"),
    ]
    new = after(rows, result).set_index("pipe_id")
    assert new["material"].tolist() == ["cast_iron", "pe", "pe"]
    assert new["diameter_mm"].tolist() == [100.0, 150.0, 100.0]


@pytest.mark.slow
def test_values_are_compared_as_they_would_be_written() -> None:
    inches = updated(
        file(dn=(100 / 25.4, 4.0, 100 / 25.4)),
        FIELDS,
        network_of(town()),
        units={"diameter_mm": "inch"},
        **CODES,
    )
    assert states(inches) == [("B", "diameter_mm", "100", "101.6", "changed")]
    words = updated(
        file(dn=(0.0, 100.0, 100.0)),
        FIELDS,
        network_of(town()),
        null={"diameter_mm": [0]},
        clear=True,
        **CODES,
    )
    assert states(words) == [("A", "diameter_mm", "100", None, "cleared")]


@pytest.mark.slow
def test_an_empty_cell_changes_nothing_unless_it_is_asked_for() -> None:
    given = file(mat=(None, "PE", "PE"), road=(None, " ", "One Road"))
    assert counts(updated(given, FIELDS, network_of(town()), **CODES)) == (0, 3, 0, 0, 0)
    rows = town()
    cleared = updated(given, FIELDS, network_of(rows), clear=True, **CODES)
    assert states(cleared) == [
        ("A", "material", "pe", None, "cleared"),
        ("A", "street", "One Road", None, "cleared"),
        ("B", "street", "One Road", None, "cleared"),
    ]
    assert after(rows, cleared)["street"].tolist() == [None, None, "One Road"]


def test_an_empty_cell_changes_nothing_even_where_it_has_a_meaning_or_a_value_for_all_rows() -> None:
    parts = {"values": {"material": {"PE": "pe", "": "unknown"}}, "defaults": {**PIPE, "street": "Two Road"}}
    given = file(mat=(None, "PE", "PE"), road=(None, "One Road", "One Road"))
    assert counts(updated(given, FIELDS, network_of(town()), **parts)) == (0, 3, 0, 0, 0)


def test_values_for_all_rows_are_of_new_rows_alone() -> None:
    rows = town(status=["abandoned", "in_use", "in_use"], owner=[None, "We", "We"])
    given = file("ABD", geometry=[*LINES[:2], LINES[4]])
    parts = {**CODES, "defaults": {**PIPE, "owner": "They"}}
    result = updated(given, FIELDS, network_of(rows), **parts)
    assert counts(result) == (0, 2, 1, 0, 0)
    assert result.rows["owner"].tolist() == ["They"]
    assert any("new rows only" in note for note in result.notes)


def test_a_row_without_a_place_in_the_file_keeps_its_own() -> None:
    given = pd.DataFrame({"ID": ["A", "Z"], "DN": [150.0, 80.0]})
    result = updated(given, {"pipe_id": "ID", "diameter_mm": "DN"}, network_of(town()), defaults=PIPE)
    assert states(result)[:1] == [("A", "diameter_mm", "100", "150", "changed")]
    assert rejected(result) == [(2, "no_geometry")]


@pytest.mark.slow
def test_fields_that_must_be_known_need_no_column_in_an_update() -> None:
    given = file("AD", ("PE", "PE"), (150.0, 80.0), ("One Road",) * 2, [LINES[0], LINES[4]])
    parts = {"values": CODES["values"]}
    assert counts(updated(given, FIELDS, network_of(town()), mode="update", **parts)) == (1, 0, 0, 0, 1)
    both = updated(given, FIELDS, network_of(town()), **parts)
    assert rejected(both) == [(2, "missing_value")]


@pytest.mark.slow
def test_new_rows_are_rejected_in_mode_update_and_made_in_mode_both() -> None:
    given = file("ABD", geometry=[*LINES[:2], LINES[4]])
    result = updated(given, FIELDS, network_of(town()), mode="update", **CODES)
    assert counts(result) == (0, 2, 0, 0, 1)
    assert rejected(result) == [(3, "unknown_id")]
    rows = town()
    both = updated(given, FIELDS, network_of(rows), **CODES)
    assert counts(both) == (0, 2, 1, 0, 0)
    assert states(both) == [("D", None, None, None, "new"), ("C", None, None, None, "gone")]
    assert after(rows, both)["pipe_id"].tolist() == ["A", "B", "C", "D"]


def test_gone_rows_are_those_of_the_system_of_the_mapping() -> None:
    rows = town(system=["potable", "potable", "sewage"])
    result = updated(file("A", ("PE",), (100.0,), ("One Road",)), FIELDS, network_of(rows), **CODES)
    assert result.update.gone == ("B",)
    anything = {"values": CODES["values"], "defaults": {"status": "in_use"}}
    result = updated(file("A", ("PE",), (100.0,), ("One Road",)), FIELDS, network_of(rows), **anything)
    assert result.update.gone == ("B", "C")


def test_a_row_that_is_rejected_is_not_gone() -> None:
    given = file(geometry=[LINES[0], LINES[1], shapely.Point(LINES[2].coords[0])])
    result = updated(given, FIELDS, network_of(town()), **CODES)
    assert rejected(result) == [(3, "wrong_geometry")]
    assert result.update.gone == ()


def test_an_id_twice_in_the_file_is_rejected_the_second_time() -> None:
    given = file("ABA", dn=(150.0, 100.0, 200.0))
    result = updated(given, FIELDS, network_of(town()), **CODES)
    assert rejected(result) == [(3, "duplicate_id")]
    assert states(result)[0] == ("A", "diameter_mm", "100", "150", "changed")


def test_a_row_of_another_layer_of_the_run_is_rejected() -> None:
    into = network_of(town(), meant_before=frozenset({"A"}))
    result = updated(file(dn=(150.0,) * 3), FIELDS, into, **CODES)
    assert rejected(result) == [(1, "duplicate_id")]
    assert counts(result) == (2, 0, 0, 0, 1)
    assert result.update.gone == ()


@pytest.mark.slow
def test_what_people_set_stays_unless_the_file_is_asked_for() -> None:
    rows = town()
    persons = {"A": frozenset({"material"}), "B": frozenset({"material", "note"})}
    given = file(mat=("CI", "CI", "CI"), dn=(100.0, 150.0, 100.0))
    result = updated(given, FIELDS, network_of(rows, persons=persons), **CODES)
    assert counts(result) == (2, 0, 0, 1, 0)
    assert states(result) == [
        ("A", "material", "pe", "cast_iron", "conflict"),
        ("B", "material", "pe", "cast_iron", "conflict"),
        ("B", "diameter_mm", "100", "150", "changed"),
        ("C", "material", "pe", "cast_iron", "changed"),
    ]
    assert result.update.kept == {"B": ("material",)}
    assert after(rows, result)["material"].tolist() == ["pe", "pe", "cast_iron"]
    taken = updated(given, FIELDS, network_of(rows, persons=persons), take_conflicts=True, **CODES)
    assert counts(taken) == (3, 0, 0, 0, 0)
    assert after(rows, taken)["material"].tolist() == ["cast_iron"] * 3


def test_a_moved_line_is_listed_and_taken_on_request() -> None:
    rows = town(length_m=[100.0, 97.0, 100.0], length_source=["geometry", "given", "geometry"])
    shifted = [line((0, 0), (60, 80)), line((100, 1), (200, 1)), line((200, 0), (300, 0.0009))]
    result = updated(file(geometry=shifted), FIELDS, network_of(rows), **CODES)
    assert counts(result) == (0, 3, 0, 0, 0)
    assert states(result) == [("A", "geom", None, None, "moved"), ("B", "geom", None, None, "moved")]
    assert result.update.changes["distance_m"].tolist()[1] == pytest.approx(1.0)
    taken = updated(file(geometry=shifted), FIELDS, network_of(rows), take_geometry=True, **CODES)
    assert counts(taken) == (2, 1, 0, 0, 0)
    new = after(rows, taken)
    assert new["geom"].tolist()[:2] == shifted[:2]
    assert new["length_m"].tolist() == pytest.approx([100.0, 97.0, 100.0])


def test_a_line_that_people_moved_stays() -> None:
    persons = {"A": frozenset({"geom"})}
    given = file(geometry=[line((0, 5), (100, 5)), *LINES[1:3]])
    into = network_of(town(), persons=persons)
    result = updated(given, FIELDS, into, take_geometry=True, **CODES)
    assert states(result) == [("A", "geom", None, None, "conflict")]
    assert counts(result) == (0, 2, 0, 1, 0)


@pytest.mark.slow
def test_a_length_of_the_file_is_given_and_can_be_taken_away() -> None:
    fields = {"pipe_id": "ID", "length_m": "LEN"}
    rows = town(length_m=[97.0, 100.0, 100.0], length_source=["given", "geometry", "geometry"])
    given = frame(LINES[:3], ID=list("ABC"), LEN=[None, 98.5, None])
    result = updated(given, fields, network_of(rows), defaults=PIPE)
    assert states(result) == [("B", "length_m", "100", "98.5", "changed")]
    assert after(rows, result)["length_source"].tolist() == ["given", "given", "geometry"]
    rows = town(length_m=[97.0, 100.0, 100.0], length_source=["given", "geometry", "geometry"])
    cleared = updated(given, fields, network_of(rows), clear=True, defaults=PIPE)
    assert ("A", "length_m", "97", None, "cleared") in states(cleared)
    new = after(rows, cleared)
    assert new["length_m"].tolist() == pytest.approx([100.0, 98.5, 100.0])
    assert new["length_source"].tolist() == ["geometry", "given", "geometry"]


def test_lengths_of_lines_that_move_beside_one_that_is_given_follow_their_line() -> None:
    fields = {"pipe_id": "ID", "length_m": "LEN"}
    rows = town()
    moved = [line((0, 0), (30, 40)), line((100, 0), (100, 20)), LINES[2]]
    given = frame(moved, ID=list("ABC"), LEN=[None, 21.5, None])
    result = updated(given, fields, network_of(rows), take_geometry=True, defaults=PIPE)
    new = after(rows, result)
    assert new["length_m"].tolist() == pytest.approx([50.0, 21.5, 100.0])
    assert new["length_source"].tolist() == ["geometry", "given", "geometry"]


def test_a_renamed_row_is_found_by_its_former_id() -> None:
    rows = town()
    rows["pipe_id"] = ["X", "B", "C"]
    result = updated(
        file(dn=(150.0, 100.0, 100.0)), FIELDS, network_of(rows, followed={"A": ("X",)}), **CODES
    )
    assert states(result) == [("X", "diameter_mm", "100", "150", "changed")]
    assert result.update.gone == ()


def test_a_row_that_is_several_pipes_now_gives_each_of_them_its_fields() -> None:
    fields = {**FIELDS, "length_m": "LEN", "from_node": "N1", "depth_start_m": "H"}
    rows = pipes(
        [
            {"pipe_id": "A", "material": "pe", "geom": line((0, 0), (60, 0)), "from_node": "n1"},
            {"pipe_id": "A-2", "material": "pe", "geom": line((60, 0), (100, 0)), "from_node": "n9"},
        ]
    )
    given = frame(LINES[:1], ID=["A"], MAT=["CI"], DN=[150.0], ROAD=[None], LEN=[99.0], N1=["n7"], H=[1.5])
    result = updated(
        given, fields, network_of(rows, followed={"A": ("A", "A-2")}), take_geometry=True, **CODES
    )
    new = after(rows, result)
    assert new["material"].tolist() == ["cast_iron", "cast_iron"]
    assert new["diameter_mm"].tolist() == [150.0, 150.0]
    assert new["from_node"].tolist() == ["n1", "n9"]
    assert new["depth_start_m"].isna().all()
    assert new["length_m"].tolist() == pytest.approx([60.0, 40.0])
    assert (result.update.rows_changed, result.update.assets_changed) == (1, 2)


def test_a_part_that_the_file_names_itself_belongs_to_its_own_row() -> None:
    rows = pipes(
        [
            {"pipe_id": "A", "diameter_mm": 100.0, "geom": line((0, 0), (60, 0))},
            {"pipe_id": "A-2", "diameter_mm": 100.0, "geom": line((60, 0), (100, 0))},
        ]
    )
    given = frame([rows["geom"][0], rows["geom"][1]], ID=["A", "A-2"], DN=[150.0, 80.0])
    fields = {"pipe_id": "ID", "diameter_mm": "DN"}
    result = updated(given, fields, network_of(rows, followed={"A": ("A", "A-2")}), defaults=PIPE)
    assert after(rows, result)["diameter_mm"].tolist() == [150.0, 80.0]


def test_two_rows_that_are_one_pipe_now_are_not_written_over_one_another() -> None:
    rows = pipes([{"pipe_id": "A", "diameter_mm": 100.0, "geom": line((0, 0), (200, 0))}])
    given = frame(LINES[:2], ID=["B", "A"], DN=[80.0, 150.0])
    fields = {"pipe_id": "ID", "diameter_mm": "DN"}
    result = updated(given, fields, network_of(rows, followed={"B": ("A",)}), defaults=PIPE)
    assert rejected(result) == [(1, "same_asset")]
    assert "row 2" in result.rejected["reason"][0]
    assert after(rows, result)["diameter_mm"].tolist() == [150.0]
    assert len(result.rows) == 0


def test_a_pipe_that_was_deleted_comes_again_and_is_named() -> None:
    result = updated(
        file("ABD", geometry=[*LINES[:2], LINES[4]]), FIELDS, network_of(town(), followed={"D": ()}), **CODES
    )
    assert result.rows["pipe_id"].tolist() == ["D"]
    assert any("D" in note and "deleted" in note for note in result.notes)


@pytest.mark.slow
def test_a_row_would_never_lose_what_must_be_known() -> None:
    fields = {"pipe_id": "ID", "system": "SYS", "status": "ST"}
    given = frame(LINES[:3], ID=list("ABC"), SYS=[None, "potable", "sewage"], ST=["in_use", None, "in_use"])
    result = updated(given, fields, network_of(town()))
    assert states(result) == [("C", "system", "potable", "sewage", "changed")]
    cleared = updated(given, fields, network_of(town()), clear=True)
    assert rejected(cleared) == [(1, "missing_value"), (2, "missing_value")]
    assert counts(cleared) == (1, 0, 0, 0, 2)


def test_a_line_with_exchanged_ends_is_turned_with_them() -> None:
    fields = {"pipe_id": "ID", "from_node": "N1", "to_node": "N2", "invert_start_m": "Z1"}
    rows = town(from_node=["n0", "n1", "n2"], to_node=["n1", "n2", "n3"], invert_start_m=[3.0, 2.0, 1.0])
    at = {f"n{k}": (LINES[k].coords[0]) for k in range(4)}

    def places(names):
        known = [one for one in names if one in at]
        return pd.DataFrame(
            {"x": [at[one][0] for one in known], "y": [at[one][1] for one in known]}, index=known
        )

    given = frame(LINES[:3], ID=list("ABC"), N1=["n1", "n1", "n2"], N2=["n0", "n2", "n3"], Z1=[2.5, 2.0, 1.0])
    result = updated(given, fields, network_of(rows, node_places=places), defaults=PIPE)
    new = after(rows, result)
    assert (new["from_node"][0], new["to_node"][0], new["invert_start_m"][0]) == ("n1", "n0", 2.5)
    assert new["geom"][0].coords[0] == LINES[0].coords[-1]
    assert result.turned == 1
    kept = updated(
        given,
        fields,
        network_of(rows, node_places=places, persons={"A": frozenset({"to_node"})}),
        defaults=PIPE,
    )
    assert after(rows, kept)["geom"][0] == LINES[0]
    assert counts(kept) == (0, 2, 0, 1, 0)


@pytest.mark.slow
def test_a_flow_that_the_file_gives_is_given() -> None:
    fields = {"pipe_id": "ID", "flow": "FL"}
    rows = town(
        system=["sewage"] * 3, flow=["forward", "forward", None], flow_source=["inferred", "given", None],
        flow_confidence=[0.7, np.nan, np.nan],
    )  # fmt: skip
    given = frame(LINES[:3], ID=list("ABC"), FL=["reverse", "forward", "forward"])
    new = after(rows, updated(given, fields, network_of(rows), defaults={**PIPE, "system": "sewage"}))
    assert new["flow"].tolist() == ["reverse", "forward", "forward"]
    assert new["flow_source"].tolist() == ["given", "given", "given"]
    assert new["flow_confidence"].isna().all()


def test_numbered_rows_are_found_by_their_place_in_whatever_order_they_come() -> None:
    rows = pipes(
        [
            {"pipe_id": name, "source_id": "S1", "diameter_mm": 100.0 + at, "geom": LINES[at]}
            for at, name in enumerate(("S1", "S1-2", "S1-3"))
        ]
    )
    given = frame([LINES[2], LINES[0], LINES[1], LINES[4]], ID=["S1"] * 4, DN=[102.0, 100.0, 150.0, 80.0])

    def bearers(names):
        return rows[rows["source_id"].isin(names)][["pipe_id", "source_id", "geom"]].reset_index(drop=True)

    fields = {"pipe_id": "ID", "diameter_mm": "DN"}
    result = updated(given, fields, network_of(rows, bearers=bearers), defaults=PIPE, repeated_ids="number")
    assert states(result) == [
        ("S1-2", "diameter_mm", "101", "150", "changed"),
        ("S1-4", None, None, None, "new"),
    ]


def test_an_update_needs_the_ids() -> None:
    with pytest.raises(InputError, match="pipe_id"):
        updated(file(), {"material": "MAT"}, network_of(town()), **CODES)
    with pytest.raises(InputError, match="MODE insert"):
        updated(pd.DataFrame({"a": [1]}), {"node_id": "a"}, network_of(town()), table="reading")


@pytest.mark.slow
def test_odd_names_of_columns_are_columns_as_any_other() -> None:
    odd = ["select", "it's; DROP TABLE pipe;--", "管材", "x" * 200, 'say "no"']
    for name in odd:
        given = file().rename(columns={"DN": name, "ID": f"{name}2"})
        fields = {"pipe_id": f"{name}2", "diameter_mm": name}
        result = updated(
            given.assign(**{name: [150.0, 100.0, 100.0]}), fields, network_of(town()), defaults=PIPE
        )
        assert states(result) == [("A", "diameter_mm", "100", "150", "changed")]


def test_columns_that_differ_by_case_are_two() -> None:
    given = file(dn=(150.0, 100.0, 100.0)).assign(dn=[999.0, 999.0, 999.0])
    result = updated(given, FIELDS, network_of(town()), **CODES)
    assert states(result) == [("A", "diameter_mm", "100", "150", "changed")]


def test_an_update_that_would_empty_what_must_be_known_rejects_the_row() -> None:
    rows = town()
    given = file().assign(SYSTEM=["water", None, "water"])
    result = updated(
        given,
        {**FIELDS, "system": "SYSTEM"},
        network_of(rows),
        clear=True,
        values={"material": {"PE": "pe"}, "system": {"water": "potable"}},
    )
    assert counts(result) == (0, 2, 0, 0, 1)
    assert "must be known" in result.rejected["reason"].iloc[0]
    assert after(rows, result)["system"].tolist() == ["potable"] * 3


def test_a_file_of_rejected_rows_alone_has_nothing_to_write() -> None:
    given = file("XYZ")
    result = updated(given, FIELDS, network_of(town()), mode="update", **CODES)
    assert counts(result) == (0, 0, 0, 0, 3)
    assert result.assets_written == 0
    assert set(result.update.gone) == {"A", "B", "C"}


@pytest.mark.slow
def test_a_word_for_unknown_takes_no_known_value_away_unless_it_may() -> None:
    parts = {"values": {"material": {"PE": "pe", "不详": "unknown", "unknown": "unknown"}}, "defaults": PIPE}
    given = file(mat=("不详", "PE", "PE"))
    assert counts(updated(given, FIELDS, network_of(town()), **parts)) == (0, 3, 0, 0, 0)
    cleared = updated(given, FIELDS, network_of(town()), clear=True, **parts)
    assert states(cleared) == [("A", "material", "pe", "unknown", "changed")]
    # Our own code is an answer.
    said = updated(file(mat=("unknown", "PE", "PE")), FIELDS, network_of(town()), **parts)
    assert states(said) == [("A", "material", "pe", "unknown", "changed")]
