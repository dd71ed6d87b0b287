"""The colours of zones on the screen."""

from __future__ import annotations

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.bridge.styling.zones import hue_colours

# The colours of the screen, whatever the map's palette; the hue of a zone modulo their number is its place.
HUES = hue_colours(Look("screen", "en"))
