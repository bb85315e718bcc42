"""A small loopback world of outlets whose past is to be caught up: by sitemap, by day, page by page, by posts."""
