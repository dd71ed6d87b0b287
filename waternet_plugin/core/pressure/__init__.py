"""Pressure of supply networks: where loggers belong, zones of pressure, and what points of pressure read."""
