"""The Processing provider: finds the algorithms by their files."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

from qgis.core import Qgis, QgsMessageLog, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from waternet_plugin.paths import icon_path, version
from waternet_plugin.processing import groups
from waternet_plugin.processing.base import WaterNetAlgorithm

_ALGORITHMS = Path(__file__).parent / "algorithms"


def _algorithm_classes() -> list[type[WaterNetAlgorithm]]:
    """Return the one algorithm class of every file; a broken file is logged and never fatal."""
    classes = []
    for path in sorted(_ALGORITHMS.glob("*/[a-z]*.py"), key=lambda path: path.stem):
        try:
            module = importlib.import_module(f"{__package__}.algorithms.{path.parent.name}.{path.stem}")
        except ImportError as error:
            QgsMessageLog.logMessage(f"{path.stem}: {error}", "WaterNet", Qgis.MessageLevel.Warning)
            continue
        classes += [
            found
            for _, found in inspect.getmembers(module, inspect.isclass)
            if issubclass(found, WaterNetAlgorithm) and found.__module__ == module.__name__
        ]
    return classes


class WaterNetProvider(QgsProcessingProvider):
    """Everything a button of WaterNet does, for the toolbox, models and scripts."""

    def id(self) -> str:
        """Return the id that scripts rely on."""
        return "waternet"

    def name(self) -> str:
        """Return the name shown in the toolbox."""
        return "WaterNet"

    def longName(self) -> str:  # noqa: N802 (QGIS's name)
        """Return the name with its version."""
        return f"WaterNet {version()}"

    def versionInfo(self) -> str:  # noqa: N802 (QGIS's name)
        """Return the plugin's version."""
        return version()

    def icon(self) -> QIcon:
        """Return the provider's icon."""
        return QIcon(icon_path("waternet"))

    def svgIconPath(self) -> str:  # noqa: N802 (QGIS's name)
        """Return the path of the provider's icon."""
        return icon_path("waternet")

    def loadAlgorithms(self) -> None:  # noqa: N802 (QGIS's name)
        """Add one algorithm for every file."""
        for algorithm in _algorithm_classes():
            self.addAlgorithm(algorithm())

    def ordered_algorithms(self) -> list[WaterNetAlgorithm]:
        """Return the algorithms as people see them: by group, then by name."""
        return sorted(
            self.algorithms(),
            key=lambda algorithm: (groups.ORDER.index(algorithm.groupId()), algorithm.displayName()),
        )
