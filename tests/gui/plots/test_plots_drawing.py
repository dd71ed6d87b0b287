"""Plots: their sentence, their numbers, their files; without matplotlib the numbers stay."""

from __future__ import annotations

import struct
import warnings
from dataclasses import replace
from typing import Any

import pytest
from support.slow_cases import a_few_quick
from support.widgets import part, text

from waternet_plugin.gui.plots import plan as drawn
from waternet_plugin.gui.plots import plot as plots
from waternet_plugin.gui.plots.bars import Bar, draw_bars
from waternet_plugin.gui.plots.view import PlotView

YEARS = [
    {"year": 2027, "cost": 2.99e6, "budget": 3e6, "projects": 4, "length_m": 900.0},
    {"year": 2028, "cost": 2.98e6, "budget": 3e6, "projects": 5, "length_m": 800.0},
    {"year": 2029, "cost": 0.4e6, "budget": 3e6, "projects": 1, "length_m": 90.0},
]
PACKAGES = [
    {"project_id": "P-1", "street": "A", "cost": 1e6, "benefit": 3e6},
    {"project_id": "P-2", "street": "B", "cost": 2e6, "benefit": 1e6},
    {"project_id": "P-3", "street": None, "cost": 1e6, "benefit": 0.0},
]


def _bars() -> plots.Plot:
    return drawn.cost_by_year(YEARS, budget=3e6, currency="CNY", network="town", plan_id="PL1")


def test_the_title_is_what_the_bars_show() -> None:
    title = _bars().title
    assert title == "6.4 million CNY in 2027–2029: the budget is used up in 2 of 3 years"
    assert _bars().rows[2] == (2029, 0.4e6, 3e6, 1, 90.0)


def test_the_curve_counts_the_best_packages_first() -> None:
    curve = drawn.benefit_curve(PACKAGES, currency="CNY", network="town", plan_id="PL1")
    # Half of 4 million pays for P-1 and half of P-2: 3.5 of 4.
    assert curve.title == "The first half of the money brings 88 % of the benefit"
    assert [row[0] for row in curve.rows] == ["P-1", "P-2", "P-3"]
    assert curve.rows[-1][4:] == (4e6, 4e6)


def test_nothing_funded_is_said() -> None:
    curve = drawn.benefit_curve([], currency="CNY", network="town", plan_id="PL1")
    bars = drawn.cost_by_year([], budget=3e6, currency="CNY", network="town", plan_id="PL1")
    assert curve.title == bars.title == "No package is funded"
    pytest.importorskip("matplotlib")
    assert plots.render(curve, "png")[:4] == plots.render(bars, "png")[:4] == b"\x89PNG"


@pytest.mark.slow
def test_files_have_the_size_of_the_page_and_the_same_bytes() -> None:
    pytest.importorskip("matplotlib")
    png = plots.render(_bars(), "png", dots_per_inch=100)
    assert struct.unpack(">II", png[16:24]) == (629, 354)
    assert plots.render(_bars(), "svg") == plots.render(_bars(), "svg")
    assert b"453.5" in plots.render(_bars(), "svg")[:600]


def test_a_long_chinese_title_is_broken_and_kept_whole() -> None:
    pytest.importorskip("matplotlib")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from waternet_plugin.gui.plots import plot_fonts

    text = "前一半资金带来百分之八十二的效益" * 4
    with rc_context({"font.family": plot_fonts.families()}), warnings.catch_warnings():
        # A machine without Chinese fonts draws boxes, of some width too.
        warnings.simplefilter("ignore", UserWarning)
        broken = plots.wrapped(Figure(figsize=(4, 2), dpi=96), text, 10.5, 300.0)
    assert broken.count("\n") >= 2 and broken.replace("\n", "") == text


@pytest.mark.slow
def test_the_view_draws_in_its_own_size(plugin: Any, until: Any) -> None:
    pytest.importorskip("matplotlib")
    view = PlotView(plugin.session, "wn_test_plot")
    view.resize(500, 300)
    view.set_plots([("bars", _bars())])
    view.show()

    picture = part(view, "wn_test_plot_picture")

    def drawn_width() -> int:
        drawn = picture.pixmap()
        return 0 if drawn is None or drawn.isNull() else drawn.width()

    # First drawn at its least size, then anew once the window has given it one.
    until(lambda: abs(drawn_width() - picture.width() * view.devicePixelRatioF()) <= 2)
    assert drawn_width() > 400
    view.deleteLater()


@pytest.mark.slow
def test_saved_as_the_ending_says(plugin: Any, until: Any, tmp_path: Any) -> None:
    pytest.importorskip("matplotlib")
    view = PlotView(plugin.session, "wn_test_plot")
    view.set_plots([("bars", _bars())])
    view.save(str(tmp_path / "a.png"))
    view.save(str(tmp_path / "b"))
    until(lambda: (tmp_path / "b.svg").exists() and (tmp_path / "a.png").exists())
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    view.deleteLater()


def test_without_matplotlib_the_sentence_and_the_numbers_stay(
    plugin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "can_draw", lambda: False)
    view = PlotView(plugin.session, "wn_test_plot")
    view.set_plots([("bars", _bars())])
    assert "matplotlib" in text(view, "wn_test_plot_picture") and "6.4 million CNY" in text(
        view, "wn_test_plot_picture"
    )
    assert part(view, "wn_test_plot_csv").isEnabled()
    assert not part(view, "wn_test_plot_save").isEnabled()
    view.deleteLater()


@pytest.mark.parametrize(("high", "titled"), [(110, False), (320, True)])
def test_a_low_plot_leaves_its_title_to_the_tooltip(
    plugin: Any, monkeypatch: pytest.MonkeyPatch, high: int, titled: bool
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(plots, "render", lambda *_plot, **options: asked.append(options["with_title"]) or b"")
    monkeypatch.setattr(plots, "can_draw", lambda: True)
    monkeypatch.setattr(plugin.session, "run", lambda _label, work, _done, **_options: work(None))
    view = PlotView(plugin.session, "wn_test_plot")
    part(view, "wn_test_plot_picture").resize(400, high)
    view.set_plots([("bars", _bars())])
    assert asked == [titled]
    view.deleteLater()


@pytest.mark.parametrize(
    ("high_mm", "count", "drawn"),
    a_few_quick([(90.0, 14, 14), (24.0, 4, 4), (24.0, 14, 6)], 1, is_tuple_one_value=False),
)
def test_names_of_bars_do_not_lie_on_one_another_in_a_low_plot(
    high_mm: float, count: int, drawn: int
) -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    bars = [Bar(f"DMA-{number}", ((50.0 - number, "#9aa5b1"),), "12.5 %") for number in range(count)]
    seen: list[Any] = []
    plot = replace(_bars(), draw=lambda axes: (draw_bars(axes, bars, "m³"), seen.append(axes)))
    plots.render(
        plot, "png", width_mm=90, height_mm=high_mm, dots_per_inch=96, with_source=False, with_title=False
    )
    (axes,) = seen
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    for texts in (axes.get_yticklabels(), axes.texts):
        boxes = sorted((text.get_window_extent(renderer) for text in texts), key=lambda box: box.y0)
        assert all(below.y1 <= above.y0 + 2 for below, above in zip(boxes, boxes[1:]))
    assert len(axes.texts) == drawn
    # What is left out is marked.
    assert (axes.get_yticklabels()[-1].get_text() == "…") == (drawn < count)
