"""Drains as one network of water that flows by itself: which way, from where, to where."""
