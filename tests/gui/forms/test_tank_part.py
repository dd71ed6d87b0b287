"""The depths of a tank in its form: a plot where some were measured, a sentence where none were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtWidgets import QTabWidget
from support.duty_network import make_duty_network
from support.widgets import part, text

from waternet_plugin import store
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.gui.forms.tank_part import TankPart
from waternet_plugin.operations.compounds.schedule_tanks import tank_depths

TODAY = pd.Timestamp.today().normalize()


def measured(path: Path) -> Path:
    """Let tank T0 have a liquid depth, a cleaning and two depths since."""
    with store.open_network(path) as network, network.write("drainage", name="depths") as batch:
        row = {"node_id": ["T0"], "liquid_depth_m": 1.2, "cleaned_on": TODAY - pd.Timedelta(days=100)}
        batch.update("node", pd.DataFrame(row))
        moments = pd.Series([TODAY - pd.Timedelta(days=days) for days in (80, 60)])
        readings = pd.DataFrame({"node_id": "T0", "quantity": "sludge_m", "value": [0.1, 0.2]})
        readings["time"] = moments.dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
        batch.insert("reading", readings)
    return path


def test_a_tank_has_a_plot_where_depths_are_on_record(tmp_path: Path) -> None:
    with store.open_network(measured(make_duty_network(tmp_path / "town.gpkg"))) as network:
        tank = tank_depths(network, "T0", TODAY.date())
        assert tank is not None and tank.is_measured and tank.limit_m == pytest.approx(0.4)
        assert tank.depths_m == (0.1, 0.2)
        # 0.1 m in 20 days, 0.4 m after 80 days from the first depth of 0.1: 20 days before today.
        assert tank.days_late == 20
        assert tank_depths(network, "T1", TODAY.date()) is None
        assert tank_depths(network, "M0-1", TODAY.date()) is None


@pytest.mark.slow
@pytest.mark.parametrize("key", ["node", "node_due"])
def test_the_form_of_a_tank_shows_its_depths(
    plugin: Any, iface: Any, surroundings: Any, tmp_path: Path, until: Any, key: str
) -> None:
    from waternet_plugin.operations.compounds.schedule_tanks import TankRequest, schedule_network_tanks

    path = measured(make_duty_network(tmp_path / "town.gpkg"))
    with store.open_network(path) as network:
        schedule_network_tanks(network, TankRequest("tanks", store=True))
    build_project(path, language="en")
    iface.window.show()
    assert plugin.session.open_network(str(path))
    until(lambda: plugin.session.is_idle, 60.0)
    layer = plugin.session.layer(key)
    rows = {row["node_id"]: row for row in layer.getFeatures()}
    form = QgsAttributeForm(layer, rows["T0"], surroundings)
    form.show()
    (found,) = form.findChildren(TankPart)
    tabs = form.findChild(QTabWidget)
    place = next(number for number in range(tabs.count()) if tabs.tabText(number) == "Tank")
    tabs.setCurrentIndex(place)
    until(lambda: found.plot.plot is not None and plugin.session.is_idle, 30.0)
    assert "20 days late" in text(found, "wn_form_tank_sentence")
    assert found.plot.isVisibleTo(found)
    assert not part(found, "wn_form_tank_plot_picture").pixmap().isNull()
    # The other tank has no depths, a manhole no such tab.
    form.setFeature(rows["T1"])
    until(lambda: "No depths" in text(found, "wn_form_tank_sentence") and plugin.session.is_idle, 30.0)
    assert not found.plot.isVisibleTo(found)
    form.deleteLater()
    iface.window.hide()
