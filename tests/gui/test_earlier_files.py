"""A network, a project and a profile of an earlier version, opened now: nothing is lost.

Made by tests/data/earlier_town/make.py with the code of schema version 3, from before modules, names and
sentences were renewed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtWidgets import QWidget
from support.built_network import loaded_plugin
from support.fake_iface import FakeIface

from waternet_plugin import store

DATA = Path(__file__).resolve().parent.parent / "data" / "earlier_town"
COLUMNS = ["GXBH", "GJ", "GC"]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The network, its project and the layers of a kept trace, as they lay there."""
    (tmp_path / "town_results").mkdir()
    for name, target in (("town.gpkg", "town.gpkg"), ("trace.gpkg", "town_results/trace.gpkg")):
        (tmp_path / target).write_bytes(gzip.decompress((DATA / f"{name}.gz").read_bytes()))
    with zipfile.ZipFile(tmp_path / "town.qgz", "w") as packed:
        packed.writestr("town.qgs", gzip.decompress((DATA / "town.qgs.gz").read_bytes()))
    return tmp_path / "town.gpkg"


@pytest.fixture
def loaded(iface: FakeIface, town: Path) -> Iterator[Any]:
    """The plugin in the earlier profile."""
    mark = hashlib.sha256(os.path.normcase(str(town)).encode("utf-8")).hexdigest()[:12]
    text = (DATA / "profile.json").read_text(encoding="utf-8")
    stored = json.loads(text.replace("@NETWORK@", mark).replace("@FOLDER@", town.parent.as_posix()))
    for key, value in stored.items():
        QgsSettings().setValue(key, value)
    with loaded_plugin(iface) as plugin:
        yield plugin


@pytest.fixture
def opened(loaded: Any, town: Path, until: Any) -> Any:
    """The plugin with the project open."""
    loaded.session.iface.window.show()
    assert loaded.session.open_network(str(town))
    section = loaded.dock.findChild(QWidget, "wn_section_plan")
    until(lambda: loaded.session.network_path and section.plans is not None, seconds=60)
    return loaded


@pytest.mark.slow
def test_the_profile_is_read(loaded: Any, town: Path, until: Any) -> None:
    from waternet_plugin.gui.start import recent, start_page

    (entry,) = recent.entries()
    assert (entry.path, entry.length_m, entry.day) == (town.as_posix(), 4800.0, "2026-11-21")
    assert not start_page.shows_at_start()
    loaded.session.iface.window.show()
    assert loaded.session.open_network(str(town))
    remembered = loaded.session.remembered
    assert remembered("plan/budget") == "500000" and remembered("plan/strategy") == "oldest"
    assert remembered("plan/scenarios") == "200000; 500000" and remembered("assess/horizon") == 7
    assert remembered("burst/beyond") is False
    assert remembered("base_map/satellite") == "https://example.org/{z}/{x}/{y}.png"
    sections = {section.KEY: section for section in loaded.dock.sections}
    assert sections["issues"].is_folded and not sections["plan"].is_folded
    until(lambda: sections["plan"].plans is not None, seconds=60)
    sections["plan"].options.open()
    assert sections["plan"].options.budget.text() == "500000"
    assert sections["plan"].options.strategy.currentData() == "oldest"


def test_mappings_of_the_wizard_are_found(tmp_path: Path) -> None:
    from waternet_plugin.gui.wizard.sources.library import Library, load

    library = Library(tmp_path / "mappings")
    library.folder.mkdir()
    shutil.copy(DATA / "mapping_named.json", library.folder / "管线 pipes.json")
    shutil.copy(DATA / "mapping_last.json", library.folder / "last_4d547d1538fba281.json")
    last, (named,) = library.last(COLUMNS), library.named(COLUMNS)
    assert last is not None and (named.name, named.table, named.on) == ("管线 pipes", "pipe", "2026-11-21")
    for kept in (last, named):
        mapping = load(kept.path)
        assert mapping.fields["pipe_id"].column == "GXBH" and mapping.encoding == "gb18030"
        assert (mapping.fields["diameter_mm"].column, mapping.fields["diameter_mm"].take) == ("GJ", "number")


@pytest.mark.slow
def test_the_saved_trace_and_its_layers_are_there(opened: Any) -> None:
    from waternet_plugin.bridge import traces
    from waternet_plugin.bridge.project import layer_tree
    from waternet_plugin.gui.network.traces import trace_presets

    (name, wish), *others = trace_presets.read().items()
    assert name == "North Road 北路" and others == []
    assert (wish.direction, wish.stop_kinds, wish.max_distance_m) == ("connected", ("valve",), 450.0)
    assert wish.pass_closed and wish.weather == "dry"
    opened.actions.tools.actions["trace"].trigger()
    pane = opened.session.window("wn_trace")
    assert pane.wish == wish
    layers = list(QgsProject.instance().mapLayers().values())
    assert [layer.name() for layer in layers if not layer.isValid()] == []
    kept = {layer.customProperty(traces.TRACE_MARK): layer for layer in layers}
    assert kept["trace_pipes"].featureCount() == 1 and kept["trace_nodes"].isValid()
    keys = {layer.customProperty(layer_tree.LAYER_MARK) for layer in layers} - {None}
    assert {"pipe", "node", "pipe_health", "pipe_plan", "issue"} <= keys


@pytest.mark.slow
def test_runs_plan_and_issues_are_there_and_their_words_understood(opened: Any, town: Path) -> None:
    from waternet_plugin.core.facts import AS_WRITTEN
    from waternet_plugin.core.health.rates import reason_words as of_pipes
    from waternet_plugin.core.renewal.packages import package_reasons as of_projects
    from waternet_plugin.operations.checks import recorded_issues as issues
    from waternet_plugin.operations.health import health_answers as answers
    from waternet_plugin.operations.health import recorded_runs as runs
    from waternet_plugin.operations.renewal import recorded_plans as plans

    with store.open_network(town) as network:
        found = runs.read_runs(network)
        assert [run.run_id for run in found.runs] == ["R0001", "R0002"]
        assert found.shown is not None and found.shown.rated_m > 0
        assert answers.network_answer(network, found.shown).why
        pipe = answers.pipe_answer(network, "P1", found.shown)
        assert [text for text, _lowers in pipe.reasons][-1] == "3 failures since 2012"
        assessed = network.read("assessment", ["reasons", "reason_facts"], geometry=False)
        plan = plans.read_plans(network).shown
        assert plan is not None and (plan.budget, plan.start_year, plan.years) == (500_000, 2023, 3)
        projects = plans.read_projects(network, plan)
        assert "P-P1" in set(projects["project_id"])
        state = issues.read_issues(network)
        accepted = [issue for issue in state.issues if issue.state == "accepted"]
        assert [issue.reason for issue in accepted] == ["checked on site"]
        assert len(state.issues) == network.count("issue") > 20
        assert network.count("pipe") == 24 and network.count("failure") == 12
        assert len(network.batches()) >= 7
    for words, sentences in (
        (of_pipes.WORDS, assessed["reasons"]),
        (of_projects.WORDS, projects["reasons"]),
    ):
        facts = [fact for text in sentences.dropna() for fact in words.read(None, text)]
        assert facts and [fact for fact in facts if fact["is"] == AS_WRITTEN] == []


@pytest.mark.slow
def test_what_was_done_can_be_done_again_and_taken_back(opened: Any, town: Path) -> None:
    from support.health_town import run

    run("planrenewal", NETWORK=str(town), BUDGET=500_000, START_YEAR=2023, YEARS=3, FIXED="P-P1:2024")
    run("undobatch", NETWORK=str(town))
    with store.open_network(town) as network:
        assert network.count("plan") == 1
