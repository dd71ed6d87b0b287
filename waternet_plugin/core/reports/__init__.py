"""Printed reports: tables and figures behind results."""
