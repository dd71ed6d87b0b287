"""The project of a network: its layers and their styles, the tree, themes, and what renews them."""
