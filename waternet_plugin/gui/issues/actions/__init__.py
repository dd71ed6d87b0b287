"""What is done about issues: checked, repaired, accepted, opened again, taken back."""
