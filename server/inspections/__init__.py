"""Inspections and their findings."""
