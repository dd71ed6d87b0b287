"""The engines that read a layer: GDAL, pyogrio, fiona."""
