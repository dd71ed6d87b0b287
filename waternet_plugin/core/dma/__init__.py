"""District metered areas: which pipes form them, what closes them, and whether that is proven."""
