"""Threads of remarks on inspections, findings and visits."""
