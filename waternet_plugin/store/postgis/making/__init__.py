"""Networks made in a schema, of a backup too: they are there whole or not at all."""
