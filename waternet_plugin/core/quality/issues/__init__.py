"""Findings as issues: their ids, roots, states over time, and sentences in both languages."""
