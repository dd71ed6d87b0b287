"""Reasons of rows in the language of who reads them: for files, forms and map tips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from waternet_plugin import language
from waternet_plugin.bridge.styling import expressions
from waternet_plugin.core.health.rates import reason_words
from waternet_plugin.core.schema import domains

if TYPE_CHECKING:
    import pandas as pd

Told = Callable[[object, object], str]
# Columns that hold sentences, and the one beside each that holds their facts.
FACTS: Mapping[str, str] = {"reasons": "reason_facts", "match_reason": "match_facts"}


def told_by(table: str) -> Told:
    """Return what tells the reasons of a table or view."""
    # Imported late: this module is loaded in a QGIS without packages, too.
    from waternet_plugin.core.health.matching import matching
    from waternet_plugin.core.renewal.packages import package_reasons

    by_table: Mapping[str, Told] = {"project": package_reasons.told, "failure": matching.told}
    return by_table.get(table, reason_words.told)


def told_column(table: str, frame: pd.DataFrame, column: str, code: str) -> list[str | None]:
    """Return a column of sentences in ``en`` or ``zh_CN``.

    Parameters
    ----------
    table
        The table or view of the rows.
    frame
        The rows, facts among their columns.
    column
        One of `FACTS`.
    code
        The language.
    """
    tell = told_by(table)
    # Many rows share a text.
    known: dict[tuple[str, str], str | None] = {}
    pairs = zip(*(frame[name].fillna("").astype(str) for name in (FACTS[column], column)))
    with language.speaking(code):
        return [known.setdefault(pair, tell(*pair) or None) for pair in pairs]


def first_reason(facts: str, sentences: str, code: str) -> str:
    """Return the expression of the first reason of a pipe, in ``en`` or ``zh_CN``; no plugin is asked.

    Parameters
    ----------
    facts, sentences
        Expressions of the columns of both.
    code
        The language.
    """
    text = expressions.text
    with language.speaking(code):
        sentences_of = reason_words.WORDS.sentences()
        laid = reason_words.cohort_templates()
    fact = f"array_get(from_json({facts}), 0)"

    def value(name: str) -> str:
        return f"coalesce(to_string(map_get(@f, {text(name)})), '')"

    def filled(template: str, holes: Mapping[str, str]) -> str:
        pairs = ", ".join(f"{text('{' + name + '}')}, {filling}" for name, filling in holes.items())
        return f"replace({template}, map({pairs}))"

    materials = {entry.code: entry.label_in(code) for entry in domains.domain("material").values()}
    material = expressions.words(materials, "map_get(@f, 'material')", "")
    start = "to_int(map_get(@f, 'from'))"
    end = f"to_string({start} + to_int(map_get(@f, 'years')) - 1)"
    known, unknown = (text(template) for template in laid)
    holes = {
        "material": material,
        "start": f"coalesce(to_string({start}), '')",
        "end": f"coalesce({end}, '')",
    }
    cohort = filled(f"if(map_get(@f, 'from') IS NULL, {unknown}, {known})", holes)
    names = ("year", "count", "diameter", "since")
    ratio = "coalesce(format_number(to_real(map_get(@f, 'ratio')), 1), '')"
    template = (
        f"map_get(map({', '.join(f'{text(key)}, {text(one)}' for key, one in sentences_of.items())}), @c)"
    )
    sentence = filled(template, {**{name: value(name) for name in names}, "ratio": ratio, "cohort": cohort})
    named = f"with_variable('f', {fact}, with_variable('c', map_get(@f, 'is'), {sentence}))"
    # Runs of before have the sentences alone.
    older = f"trim(regexp_substr({sentences}, '^([^;；\\n]+)'))"
    return f"coalesce(if(coalesce({facts}, '') = '', NULL, {named}), {older})"
