"""Finding assets and streets: in QGIS's locator and in the panel."""
