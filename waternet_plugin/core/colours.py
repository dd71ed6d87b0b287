"""Colours of windows, plots, reports and printed pages; those of the map are in ``styles/palettes.csv``."""

from __future__ import annotations

WHITE, BLACK = "#ffffff", "#000000"
# Lines and letters on white: drawn lines and headings, texts, and notes beside them.
INK, TEXT, NOTE = "#1c1c1c", "#333333", "#666677"
# A note that can be read on the light and on the dark windows of QGIS.
QUIET = "#808890"
# Greys of lines and areas, the darker first; GREY is what nothing is known of.
DIM, GREY, PALE, BAND, FAINT, SURFACE = "#888888", "#9aa5b1", "#b5b5b5", "#d5dae0", "#e5e5e5", "#eceff2"
# What is chosen, new or ours; what is another's or of another time.
ACCENT, OTHER = "#2093f8", "#734599"
# What is wrong on the map.
FAULT = "#d7165a"
# From what is as it should be to what is worst.
CALM, CAUTION, WARNING, SEVERE, WORST = "#6f9ac4", "#f4c430", "#ef6c2f", "#99000d", "#5a0008"
# What somebody refused.
REFUSED = "#5c4a00"
# Verdicts and marks: passed or good, fair, in doubt, bad; and a red that can be read on dark windows.
PASSED, GOOD, FAIR, DOUBT, BAD, ALERT = "#22a397", "#2e8b57", "#6b8e23", "#c77700", "#c62828", "#e0353a"
BAD_AREA = "#f3c9c2"
# Sections: a pipe as built, the ground and the soil below it.
BLUE, GROUND, SOIL = "#1d6fb8", "#7a5c2e", "#f1ebe1"
# Steps from little to much; letters on the last are white.
STEPS = ("#f5f8fb", "#d9e9f9", "#a9d0f6", "#5caef5", "#1c6fbd")
# Things that only need to be told apart, by people of every kind of colour vision.
DISTINCT = (ACCENT, FAULT, PASSED, "#bd8d09", OTHER, "#593201")
