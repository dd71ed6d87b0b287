"""Packages of pipes that are renewed together: which pipes meet, which lie near, why they are worth it."""
