"""A network kept in one GeoPackage."""
