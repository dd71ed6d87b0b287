"""The ground divided among the places where its water enters drains, and joined again to catchments."""
