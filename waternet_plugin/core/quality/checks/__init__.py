"""The checks of the catalogue, a module for each family."""
