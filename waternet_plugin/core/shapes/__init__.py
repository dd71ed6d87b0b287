"""Points and lines as plain coordinates, and as columns of frames."""
