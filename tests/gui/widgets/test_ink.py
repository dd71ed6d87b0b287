"""Figures that lead somewhere: told from other text, readable, and never in pure blue."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtGui import QColor

from waternet_plugin.gui.widgets.ink import calm

# Links, text and ground of Qt's own style, of Breeze, and of QGIS's dark themes.
THEMES = {
    "fusion": ("#0000ff", "#000000", "#efefef"),
    "breeze": ("#2980b9", "#232627", "#eff0f1"),
    "night": ("#5a9bff", "#e6e6e6", "#262626"),
    "grey": ("#a0a0a0", "#000000", "#ffffff"),
}


def _light(colour: QColor) -> float:
    """Relative luminance after WCAG 2.1."""
    parts = [part / 255 for part in colour.getRgb()[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: QColor, two: QColor) -> float:
    lights = sorted((_light(one), _light(two)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_a_link_is_calm_readable_and_not_like_other_text(theme: str) -> None:
    link, ink, ground = (QColor(code) for code in THEMES[theme])
    drawn = calm(link, ink)
    assert _contrast(drawn, ground) >= 4.5
    assert drawn.name() != ink.name()
    assert drawn.hslSaturationF() <= 0.7
    if link.hslSaturationF() > 0.1:
        assert abs(drawn.hslHueF() - link.hslHueF()) < 0.03
