"""The ids of issues: made of the rule and its assets, so that the same fault has the same id in every run."""

from __future__ import annotations

import hashlib
import re

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

SEPARATOR = ";"
_FIELD = re.compile(r"\{(\w+)")
_MOST_LETTERS = 120
_MOST_NAMED = 50
# Maps draw all that issues of these rules name.
DRAWN = frozenset({"dma_unmetered_way", "dma_unknown_valve"})


def issue_ids(found: RuleFindings) -> Array:
    """Return the issue id of each finding of one rule.

    A group is named by its first member alone, so that its id survives when it grows.
    """
    rule = catalogue()[found.rule]
    table = f"-{rule.tables[0]}" if rule.tables else ""
    # What tells where a fault is, such as a node named beside a pipe, belongs to its name too.
    assets = _joined(found, "+")
    made = [f"{found.rule}{table}-{words}" if words else found.rule + table for words in assets]
    if found.part is not None:
        made = [f"{name}-{part}" if part else name for name, part in zip(made, found.part.tolist())]
    return np.array([name if len(name) <= _MOST_LETTERS else _shortened(name) for name in made], dtype=object)


def _shortened(name: str) -> str:
    """Return a long id with a mark of all of it at its end."""
    mark = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:12]
    return f"{name[: _MOST_LETTERS - 13]}-{mark}"


def _joined(found: RuleFindings, sign: str) -> list[str]:
    """Return the ids of the assets of each finding as one text, those that there are."""
    names = [ids.tolist() for ids in found.assets.values()]
    if not names:
        return [""] * len(found)
    if len(names) == 1:
        return ["" if name is None else str(name) for name in names[0]]
    return [sign.join([str(name) for name in several if name is not None]) for several in zip(*names)]


def asset_texts(found: RuleFindings) -> list[str]:
    """Return the ids that each finding names, as one text; of large groups the first ones, unless drawn."""
    if found.members is not None:
        most = None if found.rule in DRAWN else _MOST_NAMED
        return [SEPARATOR.join(map(str, member[:most])) for member in found.members]
    return _joined(found, SEPARATOR)


def assets_of(text: str | None) -> list[str]:
    """Return the ids that an issue names."""
    return [word.strip() for word in (text or "").split(SEPARATOR) if word.strip()]


def sentences(found: RuleFindings) -> list[str]:
    """Return the sentence of each finding in the language of the interface."""
    template = catalogue()[found.rule].text
    columns = {role: ids.tolist() for role, ids in found.assets.items()}
    columns.update({name: values.tolist() for name, values in found.values.items()})
    used = [name for name in columns if "{" + name in template]
    if not used:
        return [template] * len(found)
    # Fields by their place are filled in twice as fast as by their name.
    placed = _FIELD.sub(lambda field: f"{{{used.index(field[1])}", template)
    return list(map(placed.format, *(columns[name] for name in used)))
