"""The start page, new networks, and opening those that are there."""
