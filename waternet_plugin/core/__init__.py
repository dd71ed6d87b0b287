"""What WaterNet knows about pipes: frames and arrays in, results out, no QGIS."""
