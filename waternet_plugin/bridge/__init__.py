"""The only place where QGIS layers and frames meet."""
