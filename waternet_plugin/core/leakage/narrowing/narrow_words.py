"""What is told of the chance of a pipe, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.facts import Fact, Vocabulary
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr


def _sentences() -> Mapping[str, str]:
    return {
        "expected": tr(
            "{times} times the failures per km that are expected of the zone's pipes, on {length} m"
        ),
        "by_length": tr("by its length of {length} m: it has no assessment"),
        "step_in": tr("night flow fell by {fall} m³/h when it was shut off in the step test of {night}"),
        "step_out": tr("shut off in the step test of {night}, and the leak ran on"),
        "step_elsewhere": tr("had water in the step test of {night} while the leak did not run"),
        "noise_loud": tr("noise sensor {sensor} near it hears {level} dB, {rise} dB more than before"),
        "noise_level": tr("noise sensor {sensor} near it hears {level} dB"),
        "noise_silent": tr("noise sensor {sensor} near it hears no leak ({level} dB)"),
        "searched": tr("searched on {on} without finding a leak ({method})"),
        "repaired": tr("repaired on {on}, and the alarm went on"),
        "repair_ended": tr("repaired on {on}, just before the alarm ended"),
        "repair_elsewhere": tr("the alarm ended when pipe {pipe} was repaired on {on}"),
        "quiet_part": tr("zone {zone} inside is measured by itself and did not rise"),
    }


def _spoken_values(fact: Fact) -> Mapping[str, Any]:
    """Return values as people read them."""
    values: dict[str, Any] = {
        key: f"{value:.3g}" if isinstance(value, float) and abs(value) < 100 else value
        for key, value in fact.items()
    }
    if isinstance(values.get("length"), float):
        values["length"] = f"{values['length']:.0f}"
    if "method" in values:
        method = domain("locate_method").get(str(values["method"]))
        values["method"] = method.label if method is not None else values["method"]
    return values


WORDS = Vocabulary(_sentences, _spoken_values)
