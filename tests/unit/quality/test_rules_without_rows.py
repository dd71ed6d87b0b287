"""Checks that are left out where a table has no rows would find nothing there."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pytest
from support.quality_frames import town_tables
from support.slow_cases import a_few_quick

from waternet_plugin.core.quality import checking
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

TABLES = sorted({rule.tables[0] for rule in catalogue().values() if rule.reach == "local" and rule.tables})


@pytest.fixture(scope="module")
def town(repo_root: Path) -> dict[str, pd.DataFrame]:
    """The town with its faults."""
    return town_tables(repo_root / "sample_data" / "town")


@pytest.mark.parametrize("table", a_few_quick(TABLES, 4))
def test_what_is_left_out_finds_nothing(town: dict[str, pd.DataFrame], table: str) -> None:
    tables = {name: frame.iloc[:0] if name == table else frame for name, frame in town.items()}
    subject = CheckContext(tables, Settings(), today=datetime.date(2026, 1, 1))
    for each in checking.all_checks():
        if not checking._may_find(subject, each.rules):
            assert [found for found in each.run(subject) if len(found)] == []


def test_without_any_rows_no_rule_about_single_rows_runs() -> None:
    subject = CheckContext({}, Settings(), today=datetime.date(2026, 1, 1))
    for each in checking.all_checks():
        rules = [catalogue()[rule] for rule in each.rules]
        whole = any(rule.reach != "local" or not rule.tables for rule in rules)
        assert checking._may_find(subject, each.rules) == whole
