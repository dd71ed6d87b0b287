"""Files of packages for the field: plain GeoPackages without triggers, views and unique columns."""
