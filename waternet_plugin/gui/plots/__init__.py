"""Plots in one style: drawn by matplotlib where it is there, their numbers always."""
