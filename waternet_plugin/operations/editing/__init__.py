"""What a person edited: saved, taken up again, told from the change log."""
