"""Programmes of works in compounds: states, ages, order, figures of a month, stated totals."""
