"""What the papers say that a manager signs."""
