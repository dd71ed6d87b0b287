"""Edit buffers of layers and rows, there and back."""
