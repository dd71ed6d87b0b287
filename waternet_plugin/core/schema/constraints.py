"""What values a field takes, and the reason to tell where one is refused.

A rule is written so that QGIS's expressions and SQL read it alike: columns in double quotes, comparisons,
AND, OR, coalesce(). What is unknown breaks no rule, except where the rule itself asks for a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Union

import numpy as np

from waternet_plugin.core import texts
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import RowRefusedError
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.csvfiles import rows, words
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.texts import tr

_NEXT_YEAR = "{next_year}"
_COLUMN = re.compile(r'"(\w+)"')
_BETWEEN = re.compile(r'"(\w+)" (>=|>|<=|<) ([-\d.]+)(?: AND "\1" (<=|<) ([-\d.]+))?$')
_HOLDS: dict[str, np.ufunc] = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}


@dataclass(frozen=True)
class Constraint:
    """One rule of a field: hard ones refuse, soft ones warn; ``families`` of node kinds it is for."""

    table: str
    field: str
    rule: str
    families: tuple[str, ...]
    hard: bool
    reason_en: str
    reason_zh: str

    @property
    def columns(self) -> frozenset[str]:
        """The fields that the rule is about."""
        return frozenset(_COLUMN.findall(self.rule))

    @property
    def reason(self) -> str:
        """The reason in the language of the interface."""
        return self.reason_in(texts.language())

    def reason_in(self, language: str) -> str:
        """Return the reason in ``en`` or ``zh_CN``."""
        return self.reason_zh if language == "zh_CN" else self.reason_en

    def condition(self, next_year: str, described: Table | None = None) -> str:
        """Return when a row keeps the rule.

        Parameters
        ----------
        next_year
            The year after this one, as the reader of the condition writes it.
        described
            The table as the network has it, with the kinds that its users added; None for that of the schema.
        """
        rule = self.rule.replace(_NEXT_YEAR, next_year)
        if not self.families:
            return f"({rule})"
        listed = ", ".join(f"'{kind}'" for kind in kinds_of(self.families, described))
        return f'("kind" NOT IN ({listed}) OR ({rule}))'


def kinds_of(families: tuple[str, ...], described: Table | None = None) -> tuple[str, ...]:
    """Return the kinds of nodes of some families, in the order of the value list.

    ``described`` is the table of nodes as a network has it, with the kinds that its users added.
    """
    codes = domains.domain("node_kind") if described is None else described.field("kind").codes
    return tuple(code.code for code in codes.values() if code.family in families)


@dataclass(frozen=True)
class NumberRange:
    """The numbers that one field takes: comparisons, each with its bound, of the constraint that says so."""

    constraint: Constraint
    bounds: tuple[tuple[str, float], ...]

    def holds(self, values: Array) -> Array:
        """Return which numbers are in the range; unknown ones are not."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.all([_HOLDS[sign](values, bound) for sign, bound in self.bounds], axis=0))


@lru_cache(maxsize=None)
def number_ranges() -> tuple[NumberRange, ...]:
    """Return the constraints that are a range of one field alone, whatever the kind of the row."""
    found = []
    for constraint in all_constraints():
        match = _BETWEEN.match(constraint.rule)
        if match is None or match.group(1) != constraint.field or constraint.families:
            continue
        signs, numbers = match.group(2, 4), match.group(3, 5)
        bounds = tuple((sign, float(number)) for sign, number in zip(signs, numbers) if sign)
        found.append(NumberRange(constraint, bounds))
    return tuple(found)


@lru_cache(maxsize=None)
def all_constraints() -> tuple[Constraint, ...]:
    """Return every constraint, in the order of the file."""
    return tuple(
        Constraint(
            table=row["table"],
            field=row["field"],
            rule=row["rule"],
            families=words(row["families"]),
            hard=row["strength"] == "hard",
            reason_en=row["reason_en"],
            reason_zh=row["reason_zh"],
        )
        for row in rows("constraints.csv")
    )


def constraints_of(table: str, field: str | None = None) -> tuple[Constraint, ...]:
    """Return the constraints of a table, or of one of its fields."""
    return tuple(
        constraint
        for constraint in all_constraints()
        if constraint.table == table and field in (None, constraint.field)
    )


# A field that only some kinds of nodes have is a rule too.
Rule = Union[Constraint, Field]


def refusal(table: Table, rule: Rule, fid: int, asset: str, kind: str) -> RowRefusedError:
    """Return the error of a row that breaks a rule of its table.

    Parameters
    ----------
    fid, asset
        Number and id of the row.
    kind
        Code of its kind, where it is a node.
    """
    if isinstance(rule, Field):
        text = tr("{asset} is of the kind {kind}, which has no “{field}”. Leave that field empty.")
        label = table.field("kind").codes[kind].label
        message, name = text.format(asset=asset, kind=label, field=rule.label), rule.name
    else:
        text = tr("{asset}: “{field}” can't be saved. {reason}")
        label = table.field(rule.field).label
        message, name = text.format(asset=asset, field=label, reason=rule.reason), rule.field
    return RowRefusedError(message, table=table.name, key=fid, asset=asset, field=name)
