"""Where foreign rows lie: coordinates, CRS, the change from one CRS to another, strays."""
