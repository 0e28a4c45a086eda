"""Branches: the places that are inspected."""
