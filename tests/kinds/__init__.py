"""Worlds of one kind of source each, with their ground truth and one crawl that must match it."""
