"""Networks made in a schema: in one transaction, so that they are there whole or not at all."""
