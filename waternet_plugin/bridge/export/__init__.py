"""The way out of a network: tables, themes and selections as files that other programs open."""
