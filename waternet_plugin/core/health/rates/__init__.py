"""How often a pipe fails: surveys, cohorts, regression, its own record, and the reasons of a rate."""
