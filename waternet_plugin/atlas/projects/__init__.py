"""The papers of a plan: a list with a map of all, then a sheet for each project."""
