"""The buttons that run algorithms about metered areas, for pane and dock: check, propose, plan a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication, QgsProcessing

from waternet_plugin.core.colours import ACCENT, FAULT, WARNING
from waternet_plugin.core.texts import joined, labelled, tr
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.row_table import TableColumn

CHECK, PROPOSE, TEST_PLAN = "checkdma", "proposedma", "planzeropressuretest"
_MARKS = {"error": FAULT, "warning": WARNING, "info": ACCENT}
_ORDER = tuple(_MARKS)


def has(algorithm: str) -> bool:
    """Return whether an algorithm is installed."""
    return QgsApplication.processingRegistry().algorithmById(f"waternet:{algorithm}") is not None


def takes_scenarios(algorithm: str) -> bool:
    """Return whether an algorithm can be asked about a scenario."""
    found = QgsApplication.processingRegistry().algorithmById(f"waternet:{algorithm}")
    return found is not None and found.parameterDefinition("SCENARIO") is not None


def check(
    session: Session, done: Callable[[dict[str, Any]], Any], *, scenario: str = "", section: Any = None
) -> None:
    """Check all metered areas and hand over verdicts and findings.

    Parameters
    ----------
    done
        Called with ``zones`` (rows by id) and ``findings`` (rows).
    scenario
        Id of the scenario that is checked; '' for the network as it is.
    section
        Shows the progress.
    """
    parameters = {
        "NETWORK": session.network_path,
        "OUTPUT": QgsProcessing.TEMPORARY_OUTPUT,
        "OUTPUT_FINDINGS": QgsProcessing.TEMPORARY_OUTPUT,
    }
    if scenario and takes_scenarios(CHECK):
        parameters["SCENARIO"] = scenario

    def end(results: dict[str, Any]) -> None:
        zones = {row["zone_id"]: row for row in _rows(results["OUTPUT"])}
        done({"zones": zones, "findings": sorted(_rows(results["OUTPUT_FINDINGS"]), key=_worst_first)})

    session.run_algorithm(CHECK, parameters, end, section=section)


def _rows(layer: Any) -> list[dict[str, Any]]:
    """Return the features of a layer as rows, with their shapes."""
    names = [field.name() for field in layer.fields()]
    rows = []
    for feature in layer.getFeatures():
        row: dict[str, Any] = {name: _value(feature[name]) for name in names}
        shape = feature.geometry()
        row["wkb"] = bytes(shape.asWkb()) if not shape.isNull() else None
        rows.append(row)
    return rows


def _value(value: Any) -> Any:
    from qgis.core import NULL

    return None if value == NULL else value


def _worst_first(row: dict[str, Any]) -> tuple[int, str]:
    severity = row["severity"] or ""
    place = _ORDER.index(severity) if severity in _ORDER else len(_ORDER)
    return place, str(row["code"] or "")


def finding_columns() -> tuple[TableColumn, ...]:
    """Return what the list of findings shows."""
    return (
        TableColumn("severity", "", write=lambda _code: "", colour=_MARKS.get, width=20),
        TableColumn("code", tr("Code"), width=40, tip=_meaning),
        TableColumn("zone_id", tr("Zone"), width=60, wraps=True),
        TableColumn("text", tr("Finding"), width=160, fills=True, wraps=True),
    )


def _meaning(row: dict[str, Any]) -> str:
    """Return what the code of a finding stands for: the title of the rule that was broken."""
    from waternet_plugin.core.quality.catalogue import catalogue

    rule = catalogue().get(str(row.get("rule_id") or ""))
    code = str(row.get("code") or "")
    return labelled(code, rule.title) if rule is not None else code


def told(found: dict[str, Any]) -> str:
    """Return how many zones are valid and confirmed, and which findings are those of an earlier check."""
    from waternet_plugin.core.dma.second_proof.confirmation import confirmed_sentence
    from waternet_plugin.core.quality.zones.judgement import older_sentence

    verdicts = [row["verdict"] for row in found["zones"].values()]
    valid = tr("Valid metered areas: {valid} of {all}.").format(
        valid=verdicts.count("valid"), all=len(verdicts)
    )
    confirmed = confirmed_sentence([row["confirmed"] for row in found["zones"].values()])
    return joined([one for one in (valid, confirmed, older_sentence(found["findings"])) if one])
