"""What the change log tells of assets, and what an undo did."""
