"""Traces: where water comes from and goes to, shortest paths, long profiles."""
