"""Proposals of metered areas: dividing the network into zones, and choosing inlets and valves to close."""
