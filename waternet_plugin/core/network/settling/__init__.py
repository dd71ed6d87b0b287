"""What else must change when rows of a network are edited, so that it stays connected."""
