"""Map books: sheets of a fixed scale, their pages, one PDF."""
