"""Headings written in pinyin."""
