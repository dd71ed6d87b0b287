"""Checks of a utility by the whole catalogue, from the files of one export."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core import texts
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.checking import check
from waternet_plugin.core.quality.grading import grade_areas
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.quality.issues.issue_lifecycle import placed_issues, with_xy
from waternet_plugin.core.quality.merged_findings import merge_findings
from waternet_plugin.core.reports.checks import quality
from waternet_plugin.core.reports.document import plain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.utilities.partitions import rules_of_files
from waternet_plugin.operations.utilities.passes import ScoringTask, Source, figures_made_of
from waternet_plugin.store.partitions.check_files import (
    hash_of_check_tables,
    read_check_facts,
    read_check_tables,
)
from waternet_plugin.store.partitions.kept_arrays import key_of
from waternet_plugin.store.partitions.partition_files import read_rows, write_figures, write_rows

ISSUES, FIGURES = ".issues.parquet", ".issues.json"


@dataclass(frozen=True)
class CheckedUtility:
    """A utility that was checked: its figures by name, and whether they are those of an earlier run."""

    name: str
    figures: dict[str, Any]
    was_there: bool


def check_utility(source: Source, task: ScoringTask) -> CheckedUtility:
    """Check a utility as a whole and write its issues; what was decided about them stands.

    An issue of a pipe that lies in the files of several utilities counts where the pipe counts.

    Raises
    ------
    StoreError
        When it was exported for scoring alone, or a file is damaged or can't be written.
    """
    utility = source.utility
    before = hash_of_check_tables(utility)
    key = key_of("check", before, repr(source.elsewhere), task.as_of.isoformat(), texts.language())
    listed, counted = task.output / f"{utility.name}{ISSUES}", task.output / f"{utility.name}{FIGURES}"
    earlier = figures_made_of(key, listed, counted)
    if earlier is not None:
        return CheckedUtility(utility.name, earlier, True)
    facts = read_check_facts(utility)
    if facts.position != source.facts.position:
        message = tr("The files in {folder} are of different exports. Export the utility again.")
        raise StoreError(message.format(folder=utility.folder.name))
    tables = read_check_tables(utility, facts)
    existing, settings = with_xy(tables.pop("issue")), Settings(dict(facts.settings))
    findings = check(tables, settings=settings, rules=rules_of_files(), today=task.as_of)
    changes = merge_findings(findings, existing, None, ())
    away = _of_pipes(changes.frame, _pipes_elsewhere(source))
    issues = changes.frame[~away].reset_index(drop=True)
    by_rule = Counter(findings.counts)
    by_rule.subtract(changes.frame["rule_id"][away])
    grades = grade_areas(issues, tables, settings)
    figures = plain(
        {
            "utility": utility.name,
            **quality.figures_of(issues, changes.counts, grades, by_rule, complete=True),
        }
    )
    if hash_of_check_tables(utility) != before:
        message = tr("The files of {name} changed while they were read. Run again when they are complete.")
        raise StoreError(message.format(name=utility.name))
    write_rows(listed, placed_issues(issues, facts.crs), {"utility": utility.name, "made_of": key}, facts.crs)
    write_figures(counted, json.dumps({**figures, "made_of": key}, ensure_ascii=False))
    return CheckedUtility(utility.name, figures, False)


def _pipes_elsewhere(source: Source) -> frozenset[str]:
    """Return the ids of the pipes that count in another utility."""
    if not source.elsewhere:
        return frozenset()
    ids = read_rows(source.utility, "pipe", ("pipe_id",)).frame(("pipe_id",))["pipe_id"].to_numpy()
    return frozenset(ids[list(source.elsewhere)].tolist())


def _of_pipes(issues: pd.DataFrame, pipes: frozenset[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which issues are of some pipes: the first asset that they name is one of them."""
    if not pipes:
        return np.zeros(len(issues), dtype=bool)
    of_pipes = {rule.rule_id for rule in catalogue().values() if rule.tables[:1] == ("pipe",)}
    first = [(assets_of(assets) or [""])[0] in pipes for assets in issues["assets"]]
    return np.array(first, dtype=bool) & issues["rule_id"].isin(of_pipes).to_numpy(dtype=bool)
