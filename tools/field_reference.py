"""Write docs/fields.md and docs/fields.zh-CN.md from the schema: tables, fields, value lists, settings.

Run it after a change of the schema or of a room's settings: ``python tools/field_reference.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {"en": ROOT / "docs" / "fields.md", "zh_CN": ROOT / "docs" / "fields.zh-CN.md"}

WORDS = {
    "en": {
        "title": "Field reference",
        "intro": "Tables, fields, value lists and settings of a network. This page is made from the schema "
        "by `tools/field_reference.py`: change the CSV files in `waternet_plugin/core`, never this page.",
        "null": "Units are part of the field's name. An empty field means unknown; placeholders such as 0 "
        "are not used.",
        "tables": "Tables",
        "table": "Table",
        "label": "Label",
        "geometry": "Geometry",
        "note": "What",
        "id": "Id",
        "field": "Field",
        "type": "Type",
        "unit": "Unit",
        "domain": "Value list",
        "required": "Required",
        "origin": "Filled by",
        "yes": "yes",
        "none": "none",
        "editing": "Every table that people edit also has {names}.",
        "batch": "Rows of this table also carry {names}.",
        "domains": "Value lists",
        "code": "Code",
        "standard": "Code in CJJ 61",
        "aliases": "Also read as",
        "settings": "Settings",
        "settings_intro": "Each value can be set for one network in its table `setting`.",
        "key": "Key",
        "value": "Value",
        "source": "Source",
        "clause": "Clause",
        "certainty": "Certainty",
        "user": "user",
        "computed": "algorithm",
        "system": "WaterNet",
    },
    "zh_CN": {
        "title": "字段说明",
        "intro": "管网文件的数据表、字段、值域与参数。本页由 `tools/field_reference.py` 根据数据结构生成："
        "请修改 `waternet_plugin/core` 中的 CSV 文件，不要直接修改本页。",
        "null": "单位写在字段名中。空值表示未知，不用 0 等数值代替。",
        "tables": "数据表",
        "table": "表",
        "label": "名称",
        "geometry": "几何类型",
        "note": "说明",
        "id": "标识字段",
        "field": "字段",
        "type": "类型",
        "unit": "单位",
        "domain": "值域",
        "required": "必填",
        "origin": "填写者",
        "yes": "是",
        "none": "无",
        "editing": "可编辑的表另有字段 {names}。",
        "batch": "本表各行另有字段 {names}。",
        "domains": "值域",
        "code": "代码",
        "standard": "CJJ 61 代码",
        "aliases": "入库时识别的写法",
        "settings": "参数",
        "settings_intro": "每个参数都可在管网的 `setting` 表中单独设定。",
        "key": "键",
        "value": "值",
        "source": "来源",
        "clause": "条款",
        "certainty": "可靠程度",
        "user": "用户",
        "computed": "算法",
        "system": "系统",
    },
}


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return the lines of a Markdown table."""
    heads = list(heads)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def _tables(language: str) -> list[str]:
    from waternet_plugin.core.schema.tables import all_tables

    word = WORDS[language]
    chinese = language == "zh_CN"
    tables = all_tables().values()
    lines = [f"## {word['tables']}", ""]
    lines += _table(
        [word["table"], word["label"], word["geometry"], word["id"], word["note"]],
        [
            (
                f"[`{table.name}`](#{table.name})",
                table.label_zh if chinese else table.label_en,
                table.geometry if table.has_geometry else word["none"],
                f"`{table.id_field}`" if table.id_field else "",
                table.note_zh if chinese else table.note_en,
            )
            for table in tables
        ],
    )
    editing = next(table for table in tables if table.is_editable).fields[-4:]
    named = ("、" if chinese else ", ").join(f"`{field.name}`" for field in editing)
    lines += [word["editing"].format(names=named), ""]
    for table in tables:
        added = {"rows": 4, "batch": 1}.get(table.log, 0)
        own = table.fields[: len(table.fields) - added]
        lines += [f"### {table.name}", "", table.note_zh if chinese else table.note_en, ""]
        lines += _table(
            [word[key] for key in ("field", "label", "type", "unit", "domain", "required", "origin")],
            [
                (
                    f"`{field.name}`",
                    field.label_in(language),
                    field.type,
                    field.unit,
                    f"[{field.domain}](#list-{field.domain})" if field.domain else "",
                    word["yes"] if field.required else "",
                    word[field.origin],
                )
                for field in own
            ],
        )
        if table.log == "batch":
            lines += [word["batch"].format(names=f"`{table.fields[-1].name}`"), ""]
    return lines


def _domains(language: str) -> list[str]:
    from waternet_plugin.core.schema.domains import all_domains

    word = WORDS[language]
    lines = [f"## {word['domains']}", ""]
    for name, codes in all_domains().items():
        # Anchors of their own: tables may have the same names.
        lines += [f'<a id="list-{name}"></a>', "", f"### {name}", ""]
        lines += _table(
            [word[key] for key in ("code", "label", "standard", "aliases")],
            [
                (f"`{code.code}`", code.label_in(language), code.standard_code, "; ".join(code.aliases))
                for code in codes.values()
            ],
        )
    return lines


def _settings(language: str) -> list[str]:
    from waternet_plugin.core.schema.domains import domain
    from waternet_plugin.core.schema.settings import defaults

    word = WORDS[language]
    chinese = language == "zh_CN"
    certainty = domain("certainty")
    rooms: dict[str, list[tuple[object, ...]]] = {}
    for setting in defaults().values():
        known = certainty.get(setting.certainty)
        rooms.setdefault(setting.key.split(".")[0], []).append(
            (
                f"`{setting.key}`",
                setting.label_zh if chinese else setting.label_en,
                setting.value,
                setting.unit,
                setting.source,
                setting.clause,
                known.label_in(language) if known else setting.certainty,
            )
        )
    lines = [f"## {word['settings']}", "", word["settings_intro"], ""]
    heads = [word[key] for key in ("key", "label", "value", "unit", "source", "clause", "certainty")]
    for room in sorted(rooms):
        lines += [f"### {room}", "", *_table(heads, rooms[room])]
    return lines


def page(language: str) -> str:
    """Return the reference in ``en`` or ``zh_CN`` as Markdown."""
    word = WORDS[language]
    lines = [f"# {word['title']}", "", word["intro"], "", word["null"], ""]
    lines += _tables(language) + _domains(language) + _settings(language)
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write both pages."""
    for language, path in FILES.items():
        path.write_text(page(language), encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
