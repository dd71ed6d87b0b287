"""Whether a metered area is proven closed: what breaks it, what feeds it, what nobody knows."""
