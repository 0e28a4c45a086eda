"""Photos: their records, their bytes on the way, and the pictures that arrived."""
