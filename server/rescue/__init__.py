"""The rescue file: what a phone could not send, carried to the office and taken in by the door."""
