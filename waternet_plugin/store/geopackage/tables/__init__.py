"""How tables are laid out and kept true: columns, triggers, indexes, views."""
