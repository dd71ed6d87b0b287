"""Files without a flow unit: EPANET's default is told with its diameters, another one can be given."""

from __future__ import annotations

import pytest
from support.epanet_files import TOWN, read

from waternet_plugin.core.exchange.epanet.reading import elements, units
from waternet_plugin.core.exchange.epanet.reading.open_unit import open_flow_unit
from waternet_plugin.core.exchange.epanet.reading.text import document_of

NAMELESS = TOWN.replace(" Units LPS\n", "")


def test_a_file_without_unit_says_what_its_diameters_become() -> None:
    assert "LPS" in TOWN and "Units" not in NAMELESS
    (warning,) = read(NAMELESS).warnings
    assert "GPM" in warning and "2,540 to 7,620 mm" in warning and "FLOW_UNIT" in warning
    assert read(TOWN).warnings == []


@pytest.mark.parametrize("text", [NAMELESS, "[PIPES]\n P1 A B 10 100 100\n[JUNCTIONS]\n A 1\n B 1\n"])
def test_the_unit_that_is_given_is_that_of_the_kept_file(text: str) -> None:
    document = units.with_flow_unit(document_of(text), "CMH")
    assert units.named_flow_unit(document) == "CMH"
    model = elements.model_of(document, "a.inp")
    assert model.units.metric and model.warnings == []
    assert {link.diameter_mm for link in model.links.values()} <= {100.0, 150.0, 200.0, 250.0, 300.0} | {
        link.diameter_mm for link in model.links.values() if link.type == "PUMP"
    }
    # As text it is read back the same.
    again = document_of("\n".join(line.text for line in document.lines))
    assert units.named_flow_unit(again) == "CMH"


@pytest.mark.parametrize(
    ("sizes", "suggestion"), [((150, 200, 300), "LPS"), ((6, 8, 12), "GPM"), ((4, 36, 60), "GPM")]
)
def test_the_likely_unit_is_suggested(sizes: tuple[int, ...], suggestion: str) -> None:
    pipes = "\n".join(f" P{row} A B 10 {size} 100" for row, size in enumerate(sizes))
    asked = open_flow_unit(document_of(f"[JUNCTIONS]\n A 1\n B 1\n[PIPES]\n{pipes}\n"))
    assert asked is not None and asked.suggestion == suggestion
    assert asked.sizes_mm("GPM") == (sizes[0] * 25.4, sizes[-1] * 25.4)
    assert open_flow_unit(document_of(TOWN)) is None
