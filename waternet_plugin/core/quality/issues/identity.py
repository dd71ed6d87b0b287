"""The ids of issues: made of the rule and its assets, so that the same fault has the same id in every run."""

from __future__ import annotations

import hashlib

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

SEPARATOR = ";"
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
    names = [ids.tolist() for ids in found.assets.values()]
    parts = [""] * len(found) if found.part is None else found.part.tolist()
    made = []
    for row, part in enumerate(parts):
        assets = "+".join(str(column[row]) for column in names if column[row] is not None)
        name = "-".join(word for word in (found.rule + table, assets, part) if word)
        if len(name) > _MOST_LETTERS:
            mark = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:12]
            name = f"{name[: _MOST_LETTERS - 13]}-{mark}"
        made.append(name)
    return np.array(made, dtype=object)


def asset_texts(found: RuleFindings) -> list[str]:
    """Return the ids that each finding names, as one text; of large groups the first ones, unless drawn."""
    if found.members is not None:
        most = None if found.rule in DRAWN else _MOST_NAMED
        return [SEPARATOR.join(map(str, member[:most])) for member in found.members]
    names = [ids.tolist() for ids in found.assets.values()]
    if len(names) == 1:
        return [str(name) for name in names[0]]
    return [
        SEPARATOR.join(str(column[row]) for column in names if column[row] is not None)
        for row in range(len(found))
    ]


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
    return [template.format(**dict(zip(used, row))) for row in zip(*(columns[name] for name in used))]
