"""Rates tested on the network's own past: cut-offs, rankings, captures, leaks of the future."""
