"""EPANET: models read, written and computed."""
