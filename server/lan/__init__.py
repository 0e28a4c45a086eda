"""HTTPS without a domain: an authority of one's own, its certificates, and how phones come to trust it."""
