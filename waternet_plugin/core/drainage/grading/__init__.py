"""Grades of inspections by CJJ 181, PACP and EN 13508-2 (ISYBAU); the scales are never mixed."""
