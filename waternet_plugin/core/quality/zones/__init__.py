"""Checks of metered areas: what `core.dma` finds, as findings of the catalogue."""
