"""What a graph tells of itself: components, bridges, trees, dominators, widest paths."""
