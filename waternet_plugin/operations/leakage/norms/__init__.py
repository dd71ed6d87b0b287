"""What a night uses, learned from the areas themselves."""
