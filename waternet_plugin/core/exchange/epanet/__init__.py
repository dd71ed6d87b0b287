"""EPANET input files: read, turned into our tables, kept with the network, and written back."""
