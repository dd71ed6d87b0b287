"""The guide: every window has its topic in both languages, links and pictures lead somewhere, F1 opens it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsFeature
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm
from qgis.PyQt.QtCore import QEvent, Qt, QUrl
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QLineEdit, QTreeWidgetItem
from support.form_frame import form_context
from support.sources import ROOT, shipped

from waternet_plugin import language
from waternet_plugin.gui.guide import guide_texts, guide_window
from waternet_plugin.gui.session import help_key

LANGUAGES = ("en", "zh_CN")
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
# What the panes say and a planner may not know, in the headings of the topic “words”.
WORDS = {
    "en": "Abandoned;Adoption;Batch;Benefit per cost;Capture;Class;Compound;Consequence;Data grade;Evidence;"
    "Failure;Hazard;Likelihood;Matching;Package;Policy list;Priority;Quality grade;Rate;Reserve;Risk;"
    "Second choice;Segment;Stray;System",
    "zh_CN": "废弃;入库;批次;效益投资比;命中率;健康等级;小区;后果;数据等级;依据;故障;安全隐患;可能性;匹配;"
    "项目;政策清单;重点改造;质量等级;故障率;备用;风险;二次关阀;分段;远离的要素;类别",
}
# Windows without a topic of their own, and why.
WITHOUT = {
    "GuideWindow": "the guide itself",
    "ListWindow": "what the windows of backups, batches and conflicts have in common",
    "Pane": "what all panes have in common; each has a topic of its own",
    "SidePane": "what the panes of burst, trace and profile have in common",
    "WizardWindow": "what the two wizards have in common; each page asks for its own",
}
# What Qt and QGIS call the classes whose widgets stand alone, or as a page in a window of QGIS.
WINDOW = re.compile(r"Q\w*(Dialog|MainWindow|Wizard|DockWidget|PageWidget)$")
# Lists of what was computed, of what was changed and of what a survey brought, which nobody fills in.
NO_FORMS = {"assessment", "change_log", "survey_row"}


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _asked_topics() -> dict[str, set[str]]:
    """Every topic that a window, pane or section asks for, by the class that asks."""
    found: dict[str, set[str]] = {}
    for source in shipped():
        if not source.module.startswith("waternet_plugin.gui"):
            continue
        constants = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in source.tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "_TOPICS"
        }
        for owner in [node for node in source.nodes if isinstance(node, ast.ClassDef)]:
            topics = found.setdefault(owner.name, set())
            bases = {getattr(base, "id", getattr(base, "attr", "")) for base in owner.bases}
            for node in ast.walk(owner):
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("TOPIC", "KEY"):
                    is_key = node.targets[0].id == "KEY"
                    has_topic = any(
                        getattr(each.targets[0], "id", "") == "TOPIC"
                        for each in owner.body
                        if isinstance(each, ast.Assign)
                    )
                    if not is_key or ("Section" in bases and not has_topic):
                        topics.add(ast.literal_eval(node.value))
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "help_key.answers":
                    topic = node.args[2]
                    if isinstance(topic, ast.Constant):
                        topics.add(topic.value)
                    elif isinstance(topic, ast.Subscript):
                        topics |= set(constants["_TOPICS"])
            topics.discard("")
    return found


def test_every_topic_is_there_in_both_languages() -> None:
    english, chinese = (guide_texts.topics(each) for each in LANGUAGES)
    assert [each.key for each in english] == [each.key for each in chinese]
    listed = {each.key for each in english}
    for each in LANGUAGES:
        assert {path.stem for path in guide_texts.folder(each).glob("*.md")} == listed
    # The same parts in both, but for the words, which each language sorts its own way.
    for one, other in zip(english, chinese):
        assert one.key == "words" or len(one.parts) == len(other.parts), one.key
        assert [part for each in (one, other) for part in each.parts[1:] if len(part.text) < 8] == []
        assert re.search("[\u4e00-\u9fff]", other.title) or other.key == "epanet"
    assert len({each.title for each in english}) == len(english)


@pytest.mark.slow
def test_every_window_asks_for_a_topic_that_is_there() -> None:
    asked = _asked_topics()
    listed = {each.key for each in guide_texts.topics("en")}
    assert {topic for topics in asked.values() for topic in topics} <= listed
    # Each dialog and each pane says one.
    for source in shipped():
        if source.module.startswith("waternet_plugin.gui"):
            for node in source.nodes:
                if isinstance(node, ast.ClassDef):
                    bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
                    is_window = any(WINDOW.match(base) for base in bases) or bases & {
                        "SidePane",
                        "ListWindow",
                    }
                    if is_window or (bases & {"Pane"} and node.name != "SidePane"):
                        assert asked[node.name] or node.name in WITHOUT, node.name


def test_every_link_and_picture_leads_somewhere(spoken: str) -> None:
    topics = {each.key: each for each in guide_texts.topics(spoken)}
    pictures = set()
    for topic in topics.values():
        for mark, target in LINK.findall(topic.markdown):
            if mark:
                path = (guide_texts.folder(spoken) / target).resolve()
                assert path.is_file() and path.name.endswith(f".{spoken}.png"), (topic.key, target)
                pictures.add(path.name)
                continue
            name, _, place = target.partition("#")
            key = name[:-3] if name else topic.key
            assert name.endswith(".md") and key in topics, (topic.key, target)
            assert not place or place in {part.anchor for part in topics[key].parts}, (topic.key, target)
    there = {path.name for path in (guide_texts.FOLDER / "pictures").glob(f"*.{spoken}.png")}
    assert there == pictures and len(pictures) >= 15


def test_what_is_hard_to_say_in_words_is_shown(spoken: str) -> None:
    shown = {
        "import_files": "ledger_1_heading",
        "import_place": "rows_1_place",
        "import_check": "rows_2_asked",
        "find": "find_locator",
        "burst": "burst_reserve",
    }
    topics = {each.key: each.markdown for each in guide_texts.topics(spoken)}
    for key, picture in shown.items():
        assert f"../pictures/{picture}.{spoken}.png" in topics[key]


def test_every_word_of_the_panes_is_explained(spoken: str) -> None:
    (words,) = [each for each in guide_texts.topics(spoken) if each.key == "words"]
    explained = {part.heading: part.text for part in words.parts}
    for word in WORDS[spoken].split(";"):
        assert len(explained.get(word, "")) > 12, word


def test_the_guide_speaks_to_people_without_a_terminal(spoken: str) -> None:
    for topic in guide_texts.topics(spoken):
        for word in ("`make", "qgis_process", "apt ", "pytest", "您", "点击", "TODO"):
            assert word not in topic.markdown, (topic.key, word)


def test_it_takes_little_room() -> None:
    files = [path for path in (ROOT / "waternet_plugin" / "guide").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_600_000


def test_search_finds_headings_first(spoken: str) -> None:
    word = {"en": "policy list", "zh_CN": "政策清单"}[spoken]
    found = guide_texts.search(word, spoken)
    assert (found[0].topic, found[0].heading.lower()) == ("words", word) and len(found) > 1
    assert guide_texts.search("  ", spoken) == [] and guide_texts.search("qqqq", spoken) == []


@pytest.fixture
def window(qgis_app: Any, spoken: str) -> Any:
    language.install(spoken)
    made = guide_window.GuideWindow("plan")
    yield made
    made.deleteLater()
    language.install("en")


def _shown(window: guide_window.GuideWindow) -> str:
    return str(window.text.document().begin().text())


def _chosen(window: guide_window.GuideWindow) -> str:
    return str(window.text.textCursor().block().text())


def test_the_window_shows_a_topic_follows_links_and_goes_back(
    window: guide_window.GuideWindow, spoken: str
) -> None:
    titles = {each.key: each.title for each in guide_texts.topics(spoken)}
    assert _shown(window) == titles["plan"] and window.list.currentItem().text(0) == titles["plan"]
    place = {"en": "benefit-per-cost", "zh_CN": "效益投资比"}[spoken]
    window.text.anchorClicked.emit(QUrl(f"words.md#{place}"))
    assert _shown(window) == titles["words"] and guide_texts.anchor(_chosen(window)) == place
    window.back.click()
    assert _shown(window) == titles["plan"] and not window.back.isEnabled()
    assert not window.show_topic("nothing") and not window.show_topic("plan#nothing")
    for key, title in titles.items():
        assert window.show_topic(key) and _shown(window) == title


def test_the_window_shows_its_pictures(window: guide_window.GuideWindow, spoken: str) -> None:
    window.show_topic("burst")
    picture = window.text.loadResource(2, QUrl(f"../pictures/burst_reserve.{spoken}.png"))
    assert picture is not None and len(bytes(picture)) > 1000


def test_a_search_lists_and_opens_what_it_finds(window: guide_window.GuideWindow, spoken: str) -> None:
    word = {"en": "capture", "zh_CN": "命中率"}[spoken]
    window.search.setText(word)
    first: QTreeWidgetItem = window.list.topLevelItem(0)
    assert first.text(0).lower().startswith(word)
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    assert window.shown == "words" and window.text.textCursor().selectedText().lower() == word
    window.search.setText("qqqq")
    assert window.list.topLevelItemCount() == 1
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    assert window.shown == "words"
    window.search.clear()
    assert window.list.topLevelItemCount() > 5 and window.list.currentItem() is not None


def press_f1(widget: Any) -> None:
    """Press F1 as Qt delivers it: the question whether somebody takes it, then the key."""
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QApplication.sendEvent(widget, override)
    assert override.isAccepted(), widget.objectName()
    QTest.keyClick(widget, Qt.Key.Key_F1)


@pytest.mark.slow
def test_f1_in_each_pane_dialog_and_section_opens_its_topic(
    plugin: Any, small_network: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin import log
    from waternet_plugin.gui.batches.backups import BackupsWindow
    from waternet_plugin.gui.batches.batch_list import BatchesWindow
    from waternet_plugin.gui.batches.network_size import SizeWindow
    from waternet_plugin.gui.dock.dialogs.about import AboutWindow
    from waternet_plugin.gui.dock.dialogs.settings_page import SettingsPage
    from waternet_plugin.gui.dock.dialogs.thresholds import ThresholdsWindow
    from waternet_plugin.gui.dock.dialogs.unexpected import DetailsWindow
    from waternet_plugin.gui.health.compare import ComparePane
    from waternet_plugin.gui.health.weigh import WeighPane
    from waternet_plugin.gui.health.why_pane import WhyPane
    from waternet_plugin.gui.issues.panel import IssuePane
    from waternet_plugin.gui.network.bursts.burst_pane import BurstPane
    from waternet_plugin.gui.network.traces.profile_pane import ProfilePane
    from waternet_plugin.gui.network.traces.trace_pane import TracePane
    from waternet_plugin.gui.plan.list import PlanPane
    from waternet_plugin.gui.plan.scenario_pane import ScenarioPane
    from waternet_plugin.gui.start.new_network import NewNetworkDialog
    from waternet_plugin.gui.start.packages_page import PackagesPage
    from waternet_plugin.gui.start.server_networks import ServerNetworksDialog
    from waternet_plugin.gui.start.start_page import StartPage

    session = plugin.session
    session.open_network(str(small_network))
    until(lambda: session.network_path)
    asked: list[str] = []
    monkeypatch.setattr(session, "help", asked.append)
    window = session.iface.mainWindow()
    made = {
        "start": StartPage(session),
        "reports": AboutWindow(session),
        "reports#": DetailsWindow(session, log.unexpected(ValueError("odd"))),
        "settings#": SettingsPage(session),
        "packages": PackagesPage(window, session),
        "new_network": NewNetworkDialog(session),
        "together": ServerNetworksDialog(session),
        "undo": BatchesWindow(session),
        "backups": BackupsWindow(session),
        "size": SizeWindow(session),
        "settings": ThresholdsWindow(session),
        "issues": IssuePane(session),
        "health": WhyPane(session),
        "weigh": WeighPane(session),
        "compare": ComparePane(session),
        "plan": PlanPane(session),
        "scenarios": ScenarioPane(session),
        "burst": BurstPane(session),
        "trace": TracePane(session),
        "profile": ProfilePane(session),
    }
    for topic, widget in made.items():
        asked.clear()
        press_f1(widget)
        # Two windows may have the same topic.
        assert asked == [topic.rstrip("#")]
    for section in plugin.dock.sections:
        asked.clear()
        press_f1(section)
        assert asked == [{"network": "panel", "programme": "programmes"}.get(section.KEY, section.KEY)]
    asked.clear()
    press_f1(plugin.dock)
    assert asked == ["panel"]
    wizard = session.open_wizard([]) or session.window("wn_wizard")
    for step, topic in enumerate(("files", "fields", "codes", "place", "check")):
        asked.clear()
        wizard._step = step
        press_f1(wizard)
        assert asked == [f"import_{topic}"]
    for widget in (*made.values(), wizard):
        widget.close()
        widget.deleteLater()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["SingleEditMode", "MultiEditMode"])
def test_f1_in_each_form_of_an_asset_opens_the_topic_of_forms(
    plugin: Any, small_network: Path, until: Any, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    from waternet_plugin.bridge.project.layer_tree import LAYER_MARK
    from waternet_plugin.gui.forms.helper import FormHelper

    session = plugin.session
    session.open_network(str(small_network))
    until(lambda: session.network_path)
    asked: list[str] = []
    monkeypatch.setattr(session, "help", asked.append)
    layers = {str(layer.customProperty(LAYER_MARK)): layer for layer in session.layers()}
    assert len(layers) > 10 and set(layers) > NO_FORMS
    with form_context() as context:
        context.setAttributeFormMode(getattr(QgsAttributeEditorContext.Mode, mode))
        for key, layer in layers.items():
            if key in NO_FORMS:
                continue
            form = QgsAttributeForm(layer, QgsFeature(layer.fields()), context)
            form.show()
            until(lambda form=form: form.findChild(FormHelper))
            # Not those of windows that a field opens, such as a calendar.
            fields = [form, *(one for one in form.findChildren(QLineEdit) if one.window() is form.window())]
            for widget in (fields[0], fields[-1]):
                asked.clear()
                press_f1(widget)
                assert asked == ["forms"], key
            form.close()
            form.deleteLater()


def test_another_key_is_nobodys(qgis_app: Any) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    for each in (event, QEvent(QEvent.Type.Show)):
        assert not help_key.answers(each, lambda: None, "plan")


def test_the_guide_opens_above_a_modal_window(plugin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    modal = QDialog(plugin.session.iface.mainWindow())
    monkeypatch.setattr(QApplication, "activeModalWidget", lambda: modal)
    plugin.session.help("settings")
    shown = plugin.session.window("wn_guide")
    assert shown.parent() is modal and shown.shown == "settings"
    shown.close()
    modal.deleteLater()
