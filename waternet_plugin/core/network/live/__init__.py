"""A graph that follows edits without being built again."""
