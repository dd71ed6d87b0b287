"""A network becomes a SWMM input file: the kept text with what has changed, and what is new."""
