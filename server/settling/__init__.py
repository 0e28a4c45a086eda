"""Work that was set aside for a supervisor, whatever it is about: what waits, and what becomes of it."""
