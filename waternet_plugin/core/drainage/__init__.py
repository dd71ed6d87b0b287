"""What drains of drainage areas need: the grades of their inspections."""
