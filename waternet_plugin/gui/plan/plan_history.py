"""Test the way of choosing on the network's own past and draw what came out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingUtils

if TYPE_CHECKING:
    from waternet_plugin.gui.plots.plot import Plot
    from waternet_plugin.gui.session.session import Session


def prove(
    session: Session, done: Callable[[Plot], None], *, failed: Callable[[Any], None], section: Any
) -> None:
    """Run the backtest and hand over its plot; a small network is tested over more years.

    Parameters
    ----------
    done
        Gets the plot.
    failed
        Gets the error.
    section
        Shows the progress.
    """
    from waternet_plugin.operations.renewal.plan_basis import TEST_YEARS

    path = session.network_path
    report = Path(QgsProcessingUtils.tempFolder()) / f"{session.address.display_name}_backtest.html"

    def test(years: int, *longer: int) -> None:
        def finished(_results: dict[str, Any]) -> None:
            if path != session.network_path:
                return
            figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
            if longer and all(one["refused"] for one in figures["cutoffs"]):
                test(*longer)
            else:
                done(_plot(figures, session))

        session.run_algorithm(
            "backtesthealth",
            {"NETWORK": path, "BOOTSTRAPS": 0, "TEST_YEARS": years, "REPORT": str(report)},
            finished,
            failed=failed,
            section=section,
        )

    test(*TEST_YEARS)


def _plot(figures: dict[str, Any], session: Session) -> Plot:
    from waternet_plugin.gui.plots.proof import capture_curve

    return capture_curve(figures, network=session.network_title)
