"""SWMM: an input file becomes a drainage network, and a network becomes an input file."""
