"""Files that other programs wrote, read by the engine that can: GDAL, pyogrio or fiona."""
