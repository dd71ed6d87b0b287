"""Water balance: volumes cut to a period, the level tree, indicators of CJJ 92 and of the IWA."""
