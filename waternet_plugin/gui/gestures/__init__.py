"""What follows from a gesture of native editing, and our own tools that edit."""
