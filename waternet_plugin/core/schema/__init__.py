"""The data contract as data: tables, fields, domains and settings, declared once in CSV files."""

from waternet_plugin.core.schema import domains, settings, tables

__all__ = ["domains", "settings", "tables"]
