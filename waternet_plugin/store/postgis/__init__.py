"""A network in the schema of a PostGIS database, for several people who edit it at once."""
