"""Lasting rises of the night flow, their causes, and the alarms that follow."""
