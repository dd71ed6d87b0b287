"""Proposed metered areas: window, cards of solutions, pressures."""
