"""The condition of drains, from inspections, material and age."""
