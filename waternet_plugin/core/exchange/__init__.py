"""Foreign data: mapping, guessing and adopting layers that other programs wrote."""
