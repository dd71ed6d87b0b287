"""A write of the panel that is refused since somebody else was there first: the list, the map, once more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsProject, QgsRectangle

from waternet_plugin import store
from waternet_plugin.core.errors import ConflictError


@pytest.fixture
def opened(plugin: Any, open_session: Any) -> Any:
    """The plugin with the small network open."""
    return plugin


def _edit(path: str, asset: str, **values: Any) -> None:
    with store.open_network(path, by="wang") as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": asset, **values}]))


def _write(path: str, seen: str) -> str:
    with store.open_network(path) as network:
        with network.write("edit", seen=seen) as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P-1", "P-2"], "note": ["mine", "mine"]}))
        return batch.batch_id


@pytest.mark.slow
def test_the_list_leads_to_the_map_and_to_another_try(opened: Any, until: Any) -> None:
    session = opened.session
    path = session.network_path
    with store.open_network(path) as network:
        seen = [network.position()]
    _edit(path, "P-2", diameter_mm=777.0, note="dug up")
    with store.open_network(path, by="li") as network, network.write("edit") as batch:
        batch.delete("pipe", ["P-1"])
        batch.insert("pipe", network.read("pipe", ids=["P-1"]).drop(columns=["batch_id", "row_version"]))
    told: list[Any] = []

    def work(_progress: Any) -> str:
        if seen:
            return _write(path, seen.pop())
        with store.open_network(path) as network:
            return _write(path, network.position())

    session.run("writing", work, told.append, failed=told.append)
    until(lambda: session.window("wn_conflicts") is not None)
    window = session.window("wn_conflicts")
    assert isinstance(told.pop(), ConflictError)
    rows = [
        [
            window.table.model().index(row, column).data()
            for column in range(window.table.model().columnCount())
        ]
        for row in range(window.table.model().rowCount())
    ]
    assert [(row[1], row[2], row[3]) for row in rows] == [
        ("P-2", "Nominal diameter, Note", "wang"),
        ("P-1", "Deleted", "li"),
        ("P-1", "Created", "li"),
    ]
    assert rows[0][0] == "Pipes" and rows[0][5] == "B0003" and len(rows[0][4]) == 19
    assert [one.asset for one in window.chosen] == ["P-2"]
    canvas = session.iface.mapCanvas()
    canvas.setExtent(QgsRectangle(0, 0, 100, 100))
    window.on_map.click()
    until(lambda: session.layer("pipe").selectedFeatureCount() == 1)
    (feature,) = session.layer("pipe").selectedFeatures()
    assert feature["pipe_id"] == "P-2"
    assert canvas.extent().contains(feature.geometry().boundingBox())
    window.once_more.click()
    until(lambda: told)
    assert told == ["B0005"]
    assert session.window("wn_conflicts") is None or not session.window("wn_conflicts").isVisible()


@pytest.mark.slow
def test_what_is_gone_is_said_to_be_gone(opened: Any, until: Any) -> None:
    session = opened.session
    path = session.network_path
    with store.open_network(path) as network:
        seen = network.position()
        with network.write("edit", by="li") as batch:
            batch.delete("pipe", ["P-1"])
    session.run("writing", lambda _progress: _write(path, seen), lambda _batch: None)
    until(lambda: session.window("wn_conflicts") is not None)
    window = session.window("wn_conflicts")
    window.show_on_map()
    until(lambda: window.answer.text() != "")
    assert "no location on the map" in window.answer.text()
    # The list says it; the message bar needs not repeat it.
    assert not [each for each in session.iface.messages() if "P-1" in each]


@pytest.mark.slow
def test_an_algorithm_of_the_panel_hands_over_the_list(
    opened: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through Processing's own task too, where QGIS itself hands on no more than a sentence."""
    from waternet_plugin.core.health.matching import matching

    session = opened.session
    path = session.network_path
    with store.open_network(path) as network, network.write("adopt") as batch:
        failures = pd.DataFrame({"failure_id": ["F1"], "kind": ["main_break"], "reported_pipe_id": ["P-1"]})
        batch.insert("failure", failures)
    match = matching.match_failures
    tries: list[int] = []

    def slow_match(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            with store.open_network(path, by="wang") as network, network.write("edit") as batch:
                row = {"failure_id": "F1", "cause": f"frost {len(tries)}"}
                batch.update("failure", pd.DataFrame([row]))
        return match(*args, **kwargs)

    monkeypatch.setattr(matching, "match_failures", slow_match)
    told: list[Any] = []
    session.run_algorithm("matchfailures", {"NETWORK": path}, told.append, failed=told.append)
    until(lambda: session.window("wn_conflicts") is not None)
    # Once with what was there, once with the newest, and no third time by itself.
    assert len(tries) == 2 and isinstance(told.pop(), ConflictError)
    window = session.window("wn_conflicts")
    assert window.table.model().index(0, 1).data() == "F1"
    window.once_more.click()
    until(lambda: told)
    assert told[0]["MATCHED"] == 1
    with store.open_network(path) as network:
        row = network.read("failure", ["pipe_id", "cause"], geometry=False).iloc[0]
    assert (row["pipe_id"], row["cause"]) == ("P-1", "frost 2")


@pytest.mark.slow
def test_a_list_goes_with_its_network(opened: Any, until: Any) -> None:
    session = opened.session
    path = session.network_path
    with store.open_network(path) as network:
        seen = network.position()
    _edit(path, "P-2", note="theirs")
    session.run("writing", lambda _progress: _write(path, seen), lambda _batch: None)
    until(lambda: session.window("wn_conflicts") is not None)
    window = session.window("wn_conflicts")
    QgsProject.instance().clear()
    until(lambda: not window.isVisible())


@pytest.mark.slow
def test_the_wizard_shows_the_list_and_adopts_at_another_try(
    opened: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An id that a colleague took while the rows were examined; then the row is rejected as a repeat."""
    from waternet_plugin.gui.wizard.dialog import CHECK, AdoptionWizard
    from waternet_plugin.operations.adoption import adopt_layers

    session = opened.session
    path = session.network_path
    file = tmp_path / "failures.csv"
    file.write_text("failure_id,date\nF1,2024-05-01\nF2,2024-05-02\n", encoding="utf-8")
    text = "failure_id,date,reported_pipe_id\nF1,2024-05-01,P-1\nF2,2024-05-02,P-2\n"
    file.write_text(text, encoding="utf-8")
    wizard = AdoptionWizard(session)
    wizard.library.folder = tmp_path / "mappings"
    wizard.add([str(file)])
    until(lambda: not wizard.is_busy and wizard.state.ready)
    wizard.go_to(CHECK)
    until(lambda: not wizard.is_busy and wizard.adopting.can_adopt)
    examine = adopt_layers.examine

    def slowly(*args: Any, **kwargs: Any) -> Any:
        result = examine(*args, **kwargs)
        with store.open_network(path, by="wang") as network:
            if not network.count("failure"):
                with network.write("edit") as batch:
                    batch.insert("failure", pd.DataFrame({"failure_id": ["F1"], "kind": ["main_break"]}))
        return result

    monkeypatch.setattr(adopt_layers, "examine", slowly)
    wizard.go_on()
    until(lambda: session.window("wn_conflicts") is not None)
    window = session.window("wn_conflicts")
    assert [window.table.model().index(0, column).data() for column in (0, 1, 3)] == [
        "Failures",
        "F1",
        "wang",
    ]
    # The list says it all, the wizard nothing beside it; it waits where it was.
    assert wizard.message.text() == "" and not wizard.is_busy and wizard.adopting.can_adopt
    window.once_more.click()
    assert wizard.is_busy
    until(lambda: wizard.is_done)
    with store.open_network(path) as network:
        found = network.read("failure", ["failure_id", "date", "batch_id"], geometry=False)
    assert sorted(found["failure_id"]) == ["F1", "F2"] and found["date"].notna().sum() == 1
    wizard.close()
