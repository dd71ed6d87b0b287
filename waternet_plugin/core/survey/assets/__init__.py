"""Nodes and pipes that a survey makes: points, chains of lines, levels, joins to the network."""
