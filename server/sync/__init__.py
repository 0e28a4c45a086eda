"""One round trip between a phone and the server: push, then pull. Knows slices only through the registry."""
