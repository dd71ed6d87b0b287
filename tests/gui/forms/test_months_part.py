"""The twelve months of a user in its form: a sentence and the plot, read once its tab is looked at."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtWidgets import QTabWidget
from support.user_town import TAKEN_M3, make_user_town
from support.widgets import part, text

from waternet_plugin import store
from waternet_plugin.core.months import month_of
from waternet_plugin.gui.forms.months_part import MonthsPart
from waternet_plugin.gui.plots.user_months import plot_of
from waternet_plugin.operations.users.user_months import UserMonths

LAST = month_of(datetime.date(2025, 12, 31))


def months_of(quota_m3: float, plan_m3: float) -> UserMonths:
    months = tuple(LAST.plus(place - 11) for place in range(12))
    m3 = (*[100.0] * 11, float("nan"))
    return UserMonths("U1", months, m3, (plan_m3,) * 12, (quota_m3,) * 12)


def test_the_plot_has_a_row_a_month() -> None:
    plot = plot_of(months_of(90.0, 80.0), network="Town")
    assert plot.columns == ("Month", "Water volume (m³)", "Plan", "Quota")
    assert plot.rows[0] == ("2025-01", 100.0, 80.0, 90.0)
    assert plot.title == "U1: 1,100 m³ in 11 months, 111 % of the quota, 125 % of the plan"


@pytest.mark.slow
@pytest.mark.parametrize(("quota_m3", "plan_m3"), [(90.0, 88.0), (88.0, 90.0), (90.0, 90.0), (30.0, 120.0)])
def test_names_of_plan_and_quota_don_t_cover_each_other(quota_m3: float, plan_m3: float) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2, 1.5))
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    plot_of(months_of(quota_m3, plan_m3), network="Town").draw(axes)
    canvas.draw()
    plan, quota = (
        one.get_tightbbox(canvas.get_renderer()) for one in axes.texts if one.get_text() in ("Plan", "Quota")
    )
    # Letters of two lines may touch, no more.
    assert min(plan.y1, quota.y1) - max(plan.y0, quota.y0) <= 2.0


@pytest.mark.slow
def test_the_form_of_a_user_shows_its_months(
    plugin: Any, iface: Any, surroundings: Any, tmp_path: Path, until: Any
) -> None:
    path = make_user_town(tmp_path)
    with store.open_network(path) as network, network.write("edit") as batch:
        batch.delete("volume", [f"U4-{place}" for place in range(1, 13)])
    iface.window.show()
    assert plugin.session.open_network(str(path))
    until(lambda: plugin.session.is_idle, 60.0)
    layer = plugin.session.layer("customer")
    rows = {row["customer_id"]: row for row in layer.getFeatures()}
    form = QgsAttributeForm(layer, rows["C1"], surroundings)
    form.show()
    (found,) = form.findChildren(MonthsPart)
    assert text(found, "wn_form_months_sentence") == ""
    tabs = form.findChild(QTabWidget)
    place = next(
        number for number in range(tabs.count()) if found in tabs.widget(number).findChildren(MonthsPart)
    )
    tabs.setCurrentIndex(place)
    until(lambda: found.plot.plot is not None and plugin.session.is_idle, 30.0)
    # 400 m3 a month; the quota is ten months of that, the plan thirteen.
    assert "C1: 4,800 m³ in 12 months, 120 % of the quota, 92 % of the plan. Car wash. Meter: M-C1." in text(
        found, "wn_form_months_sentence"
    )
    assert found.plot.isVisibleTo(found)
    assert [row[1] for row in found.plot.plot.rows] == [TAKEN_M3["C1"]] * 12
    assert not part(found, "wn_form_months_plot_picture").pixmap().isNull()
    # Who has no volume has a sentence and no plot.
    form.setFeature(rows["U4"])
    until(lambda: "no volume is known" in text(found, "wn_form_months_sentence"), 30.0)
    assert not found.plot.isVisibleTo(found)
    form.deleteLater()
    iface.window.hide()
