"""A town assessed and planned in English is read in Chinese: panes, lists, report, papers, exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from waternet_plugin import language, store

# Words of English; ids, units and material codes of our tests have fewer letters.
_ENGLISH = re.compile(r"[A-Za-z]{4,}")


@pytest.fixture
def chinese(assessed_town: Path) -> Iterator[Path]:
    """The town that was assessed in English, with Chinese spoken."""
    with store.open_network(assessed_town) as network:
        kept = network.read("assessment", ["reasons"], geometry=False)["reasons"]
    assert kept.str.contains("since|mains|rates", regex=True).any()
    language.install("zh_CN")
    yield assessed_town
    language.install("en")


def _plain(texts: Any) -> list[str]:
    return [text for text in texts if isinstance(text, str) and _ENGLISH.search(text)]


def test_the_list_of_pipes_and_its_file(chinese: Path) -> None:
    from waternet_plugin.gui.health import pipe_list
    from waternet_plugin.operations.health import health_answers as answers

    with store.open_network(chinese) as network:
        pipes: Any = network.read("pipe_health", answers.COLUMNS, geometry=False)
        found = pipe_list.pipe_list(pipes, {})
    assert _plain(row["first_reason"] for row in found.shown) == []
    assert _plain(row["reasons"] for row in found.every()) == []


@pytest.mark.slow
def test_the_answers_on_network_and_pipe(chinese: Path) -> None:
    from waternet_plugin.operations.health import health_answers as answers
    from waternet_plugin.operations.health import recorded_runs

    with store.open_network(chinese) as network:
        run = recorded_runs.read_runs(network).shown
        whole = answers.network_answer(network, run)
        pipe = answers.pipe_answer(network, "P1", run)
        drain = answers.pipe_answer(network, "P24", run)
    assert _plain(text for text, _metres in whole.why) == []
    assert _plain(text for text, _lowers in (*pipe.reasons, *drain.reasons)) == []


def test_what_got_worse_in_the_report_of_a_kept_run(chinese: Path) -> None:
    from waternet_plugin.core.reports.health.risk import worsening_section
    from waternet_plugin.operations.health import recorded_runs

    with store.open_network(chinese) as network:
        worse = recorded_runs.worse_of(recorded_runs.read_runs(network).shown)
    section = worsening_section(worse)
    rows = section.table.rows if section.table else ()
    assert _plain(row[-1] for row in rows) == []


@pytest.mark.slow
def test_the_plan_in_list_report_and_export(chinese: Path) -> None:
    from waternet_plugin.bridge.export.content import content_of
    from waternet_plugin.bridge.export.file_values import chunks_of
    from waternet_plugin.core.renewal.packages.package_reasons import with_spoken_reasons
    from waternet_plugin.core.reports.renewal.plan import plan_report
    from waternet_plugin.operations.renewal import recorded_plans
    from waternet_plugin.operations.renewal.package_rows import PackageRows

    with store.open_network(chinese) as network:
        plan = recorded_plans.read_plans(network).shown
        projects = recorded_plans.read_projects(network, plan)
        rows = with_spoken_reasons(PackageRows.ordered(projects))
        exported = {name: content_of(network, name) for name in ("project", "failure", "assessment")}
    assert rows and _plain(str(row["reasons"]) for row in rows) == []
    report = plan_report(
        recorded_plans.plan_of(plan, projects), parameters={}, rated_length_m=1.0, currency=plan.currency
    )
    said = [row[-1] for section in report.sections if section.table for row in section.table.rows]
    assert "元" in report.subtitle and "CNY" not in report.subtitle
    assert _plain(said) == []
    for name, column in (("project", "reasons"), ("failure", "match_reason"), ("assessment", "reasons")):
        content = exported[name]
        names = [field.name for field in content.fields]
        assert "reason_facts" not in names and "match_facts" not in names
        place = names.index(column)
        told = [row[place] for part, _shapes in chunks_of(content, "zh_CN", None) for row in part]
        assert told and _plain(told) == []


def test_networks_of_before_are_read_as_well(chinese: Path) -> None:
    from waternet_plugin.operations.health import health_answers as answers
    from waternet_plugin.operations.health import recorded_runs

    with store.open_network(chinese) as network:
        with network.write("edit") as batch:
            rows = network.read("project", ["project_id", "reasons"], geometry=False)
            batch.update("project", rows.assign(reason_facts=None))
        run = recorded_runs.read_runs(network).shown
        every: Any = network.read("pipe_health", answers.COLUMNS, geometry=False)
        answer = answers.group_answer(every.assign(reason_facts=None), run)
        assert pd.isna(network.read("project", ["reason_facts"], geometry=False)["reason_facts"]).all()
    assert answer.why and _plain(text for text, _metres in answer.why) == []
