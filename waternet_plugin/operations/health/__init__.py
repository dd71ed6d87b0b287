"""Failures matched, pipes and drains assessed, assessments compared."""
