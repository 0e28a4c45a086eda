"""What both sides must agree on: records, changes, merge, workflow, scoring. No web, no database, no clock."""
