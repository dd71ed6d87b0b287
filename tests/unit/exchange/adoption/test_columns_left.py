"""A column that the mapping leaves out is told, whatever it holds; one without values is nothing to tell."""

from __future__ import annotations

from support.adoption_frames import adopted, frame, line

from waternet_plugin.core.reports.adoption.adoption import summary_lines

ONE = line((0, 0), (30, 40))


def test_columns_with_values_that_no_field_takes_are_told() -> None:
    columns = {"管底标高": [31.2, None], "施工队": ["甲", ""], "空": [None, None], "白": ["", ""]}
    found = adopted(frame([ONE] * 2, D=["100", "200"], **columns), {"diameter_mm": "D"})
    (told,) = [note for note in found.notes if "not adopted" in note]
    assert told == "Columns that are not adopted, 2: 管底标高, 施工队."
    assert told in summary_lines(found, dry_run=False)


def test_nothing_is_told_where_all_are_taken() -> None:
    found = adopted(frame([ONE] * 2, D=["100", "200"], S=["a", "b"]), {"diameter_mm": "D", "street": "S"})
    assert not [note for note in found.notes if "not adopted" in note]
