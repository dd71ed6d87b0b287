"""Renewal planned: packages, budgets, projects."""
