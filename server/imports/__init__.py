"""Sheets brought in: read, checked, shown, applied in one step, taken back."""
