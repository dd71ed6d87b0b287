"""Which CAD layers of a drawing hold rows of a table: by what they are called, where nobody names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing import column_fits
from waternet_plugin.core.exchange.guessing.pinyin.latin_letters import spelled_out
from waternet_plugin.core.exchange.guessing.tables.table_guess import table_words
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.files.drawn_entities import LAYER_COLUMN
from waternet_plugin.core.schema.domains import all_domains, fold, suggest
from waternet_plugin.core.schema.system_names import names_systems, system_of_name
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.texts import shortened, tr

# The fields of which a layer's name may say the value: its system, and what kind of thing it holds.
NAMED_FIELDS = ("system", "kind", "type")
# Layers of texts, frames and legends are called after what they speak of, yet hold none of it.
_WORDS_BESIDE = (
    *("注记", "标注", "文字", "说明", "图框", "图廓", "图例", "辅助"),
    *("text", "label", "anno", "dim", "legend", "frame", "border", "title"),
    *("zhuji", "biaozhu", "wenzi", "shuoming", "tukuang", "tuli"),
)
# Of pipes and nodes the table's own words don't count: lines and wells of power and gas are called so, too.
_MANY_OWNERS = ("pipe", "node")
_NOT_WATER = re.compile(
    r"燃气|煤气|天然气|热力|供热|电力|供电|通信|电信|路灯|石油|(?<![a-z])gas(?![a-z])"
    r"|ranqi|meiqi|tianranqi|(?<![a-z])reli(?![a-z])|gongre|dianli|tongxin|dianxin|ludeng"
)
# Shorter spellings of a word are part of others.
_LEAST_LATIN, _NO_LETTERS = 5, re.compile(r"[^a-z]+")


def code_of_name(described: Field, name: str) -> str | None:
    """Return the code of a field that the name of a layer or block speaks of, None for none or several."""
    if described.name == "system":
        code = system_of_name(name) if names_systems(name) else column_fits.named_code(described, name)
    else:
        code = suggest(described.domain, name, described.own_codes) or column_fits.named_code(described, name)
    return code or _code_in_latin(described.domain, name)


@lru_cache(maxsize=None)
def _latin_words(domain: str) -> tuple[tuple[str, str], ...]:
    """Return the Chinese words for the codes of a list, spelled out in Latin letters, the longest first."""
    words = {
        (spelled, code.code)
        for code in all_domains()[domain].values()
        for word in (code.label_zh, *code.aliases)
        for spelled in spelled_out(fold(word))[:1]
        if len(spelled) >= _LEAST_LATIN
    }
    return tuple(sorted(words, key=lambda pair: (-len(pair[0]), pair)))


def _code_in_latin(domain: str, name: str) -> str | None:
    """Return the code whose word a name spells in Latin letters: XIAOHUOSHUAN; None for none or several."""
    plain = _NO_LETTERS.sub("", name.casefold())
    words = [(word, code) for word, code in _latin_words(domain) if word in plain]
    codes = {code for word, code in words if len(word) == len(words[0][0])}
    return codes.pop() if len(codes) == 1 else None


def _is_named(name: str, table: Table) -> bool:
    folded = name.casefold()
    if any(word in folded for word in _WORDS_BESIDE):
        return False
    if table.name in _MANY_OWNERS and _NOT_WATER.search(folded):
        return False
    for described in adoptable_fields(table):
        if described.name in NAMED_FIELDS and described.domain:
            is_system = described.name == "system" and names_systems(name)
            if is_system or code_of_name(described, name) is not None:
                return True
    return table.name not in _MANY_OWNERS and column_fits.table_hint(table, table_words(table.name), name) > 0


def named_layers(layers: Iterable[object], table: Table) -> tuple[str, ...]:
    """Return the CAD layers whose names speak of a system, of a kind of thing or of the table itself.

    Parameters
    ----------
    layers
        Names, each as often as it comes.
    table
        The table.
    """
    return tuple(name for name in dict.fromkeys(map(str, layers)) if _is_named(name, table))


def telling_layers(frame: pd.DataFrame, mapping: Mapping, table: Table) -> tuple[str, ...]:
    """Return the CAD layers on which the attributes of all blocks name a kind or a system of the table.

    Where both are mapped both must be known: wells of power and gas are called so, too.
    """
    columns = {name: mapping.fields[name].column for name in NAMED_FIELDS if name in mapping.fields}
    fields = {described.name: described for described in adoptable_fields(table)}
    columns = {name: column for name, column in columns.items() if name in fields and column in frame}
    if not columns:
        return ()
    is_known = np.ones(len(frame), dtype=bool)
    for name, column in columns.items():
        words, given = texts(frame[column]), mapping.values.get(name, {})
        is_known &= np.array(
            [
                word is not None
                and (given.get(word) or suggest(fields[name].domain, word, fields[name].own_codes))
                is not None
                for word in words
            ],
            dtype=bool,
        )
    of_layer = pd.Series(is_known).groupby(frame[LAYER_COLUMN].to_numpy(object), sort=False).all()
    return tuple(str(layer) for layer, tells in of_layer.items() if tells)


def on_layers(frame: pd.DataFrame, layers: Iterable[str]) -> Array:
    """Return which rows of a drawing lie on some CAD layers, (n,) bool."""
    return np.asarray(frame[LAYER_COLUMN].isin(list(layers)).to_numpy(), dtype=bool)


def with_layers(mapping: Mapping, frame: pd.DataFrame, table: Table) -> Mapping:
    """Return a mapping that names the CAD layers of a drawing: those it has, else the ones that speak for it
    by their names, else by the attributes of their blocks.

    Raises
    ------
    InputError
        When no row lies on such a layer.
    """
    there = list(dict.fromkeys(map(str, frame[LAYER_COLUMN])))
    layers = tuple(mapping.layers) or named_layers(there, table) or telling_layers(frame, mapping, table)
    if not set(layers) & set(there):
        if mapping.layers:
            message = tr("No row of the drawing lies on the CAD layers {layers}. It has: {names}.")
        else:
            message = tr(
                "No CAD layer names a system or a type of the table {table}. The drawing has: {names}. Name "
                "the layers to take in the mapping, for example {example}."
            )
        example = f'"layers": ["{there[0] if there else "JS"}"]'
        raise InputError(
            message.format(
                layers=shortened(layers), table=table.name, names=shortened(there) or "-", example=example
            )
        )
    return replace(mapping, layers=layers)
