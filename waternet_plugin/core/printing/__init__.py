"""What printed sheets say, as far as it needs no QGIS: where labels stand, what is listed instead."""
