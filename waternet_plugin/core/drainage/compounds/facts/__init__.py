"""What lies in compounds and grids, counted and measured."""
