"""A small loopback world of outlets that list what is new in sitemaps, in pages and by day, and one filled by hand."""
