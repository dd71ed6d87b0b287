"""Pages made of QGIS layouts: templates that users can edit, filled by the ids of their items."""
