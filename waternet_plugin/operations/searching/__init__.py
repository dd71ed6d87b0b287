"""The search for leaks as people look at it: plan, coverage and results."""
