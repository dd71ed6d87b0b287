"""Names in a sentence are listed as the reader's language lists them: by `core.texts.listed` alone."""

from __future__ import annotations

import ast
from pathlib import Path

from support.sources import parsed

ROOT = Path(__file__).parents[2]
# Marks between the items of a sentence's list.
_MARKS = {", ", "、", "，"}

# Commas that no person reads: SQL, expressions of QGIS, SVG, parameters of an algorithm, the log.
CODE = {
    "waternet_plugin/bridge/forms/finding_texts.py": {"_told", "told_finding"},
    "waternet_plugin/bridge/forms/forms.py": {"_named"},
    "waternet_plugin/bridge/edits/nearby_features.py": {"_one_of"},
    "waternet_plugin/bridge/saving/native_commit.py": {"_stand_in"},
    "waternet_plugin/bridge/forms/history.py": {"_batches"},
    "waternet_plugin/bridge/forms/form_pages.py": {"shows_for"},
    "waternet_plugin/bridge/styling/expressions.py": {"words", "is_among"},
    "waternet_plugin/bridge/styling/pipes.py": {"_health_renderer"},
    "waternet_plugin/bridge/forms/logged_rows.py": {"row_now"},
    "waternet_plugin/bridge/forms/reason_texts.py": {"filled", "first_reason"},
    "waternet_plugin/bridge/forms/tips.py": {"_named"},
    "waternet_plugin/core/schema/constraints.py": {"condition"},
    "waternet_plugin/gui/issues/action_runner.py": {"repair"},
    "waternet_plugin/log.py": {"_text"},
    "waternet_plugin/store/copying/kept_rows.py": {"pages"},
    "waternet_plugin/store/geopackage/finding.py": {"_rows"},
    "waternet_plugin/store/geopackage/packed_network.py": {"_take_back", "entries_of_rows"},
    "waternet_plugin/store/geopackage/undoing/asset_restoring.py": {"change"},
    "waternet_plugin/store/geopackage/tables/bad_text.py": {"find"},
    "waternet_plugin/store/geopackage/writing/bulk.py": {"insert"},
    "waternet_plugin/store/geopackage/log/changed.py": {"_present", "entries_sql"},
    "waternet_plugin/store/geopackage/tables/derived.py": {"_among", "_rank_sql", "_flow_sql", "mend"},
    "waternet_plugin/store/geopackage/opening/migration_steps.py": {"_add_table"},
    "waternet_plugin/store/geopackage/writing/constraint_checks.py": {"_rules", "broken_rules", "check"},
    "waternet_plugin/store/fieldwork/package_file.py": {"_fill", "table"},
    "waternet_plugin/store/geopackage/reading/few_rows.py": {"read"},
    "waternet_plugin/store/geopackage/log/id_changes.py": {"_marks"},
    "waternet_plugin/store/geopackage/writing/inserting.py": {"_insert_rows"},
    "waternet_plugin/store/geopackage/writing/numbered_rows.py": {"insert", "_update_alike"},
    "waternet_plugin/store/geopackage/consequences/cleaned_nodes.py": {"set_days"},
    "waternet_plugin/store/geopackage/consequences/retest_marking.py": {"_frame"},
    "waternet_plugin/store/geopackage/tables/own_code_rows.py": {""},
    "waternet_plugin/store/geopackage/tables/own_columns.py": {"_described_fields"},
    "waternet_plugin/store/geopackage/log/row_changes.py": {"_pieces"},
    "waternet_plugin/store/geopackage/log/row_deliveries.py": {"_listed"},
    "waternet_plugin/store/geopackage/reading/row_reading.py": {"_selected"},
    "waternet_plugin/store/geopackage/tables/journal.py": {"_note_packed", "rows_sql"},
    "waternet_plugin/store/geopackage/tables/layout.py": {"indexes"},
    "waternet_plugin/store/geopackage/reading/table_reading.py": {"_id_filters"},
    "waternet_plugin/store/geopackage/reading/queried_frames.py": {"condition_sql"},
    "waternet_plugin/store/geopackage/tables/triggers.py": {
        "_any_change",
        "_insert_trigger",
        "_listed_values",
        "_logging",
        "_update_trigger",
    },
    "waternet_plugin/store/postgis/asking/questions.py": {"statement"},
    "waternet_plugin/store/postgis/schema_tables.py": {"listed_sql"},
    "waternet_plugin/store/postgis/schema_triggers.py": {""},
    "waternet_plugin/store/geopackage/reading/unreadable.py": {"_of_table", "read"},
    "waternet_plugin/store/geopackage/tables/views.py": {"_head"},
    "waternet_plugin/store/geopackage/writing/batch_writing.py": {"update", "write_as_read"},
}


def _marks(node: ast.AST) -> bool:
    """Return whether an expression may be such a mark: the mark itself, or one of two."""
    return any(isinstance(one, ast.Constant) and one.value in _MARKS for one in ast.walk(node))


def _joins(path: Path) -> list[tuple[str, int]]:
    """Return function and line of every call that joins with such a mark."""
    found: list[tuple[str, int]] = []

    def walk(node: ast.AST, function: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else function
            func = child.func if isinstance(child, ast.Call) else None
            if isinstance(func, ast.Attribute) and func.attr == "join" and _marks(func.value):
                found.append((name, child.lineno))
            walk(child, name)

    walk(parsed(path.read_text(encoding="utf-8")), "")
    return found


def test_sentences_list_by_the_one_function() -> None:
    wrong, used = [], set()
    for folder in ("waternet_plugin", "processing"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place == "waternet_plugin/core/texts.py":
                continue
            for function, line in _joins(path):
                if function in CODE.get(place, ()):
                    used.add((place, function))
                else:
                    wrong.append(f"{place}:{line}")
    assert wrong == [], "core.texts.listed for people; code that no person reads is named above"
    assert used == {(place, name) for place, names in CODE.items() for name in names}


def test_the_walk_finds_each_way_of_joining(tmp_path: Path) -> None:
    file = tmp_path / "new.py"
    for text in (
        "def say(names):\n    return tr('of {names}').format(names=', '.join(names))\n",
        "def say(names):\n    return f\"{', '.join(names)}: here\"\n",
        "def say(names):\n    return ('、' if zh else ', ').join(names)\n",
    ):
        file.write_text(text, encoding="utf-8")
        assert _joins(file) == [("say", 2)]
    file.write_text("def say(names):\n    return listed(names)\n", encoding="utf-8")
    assert _joins(file) == []
