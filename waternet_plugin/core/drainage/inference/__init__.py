"""Which way drains flow: by their levels, the water's surface, and what the graph forces."""
