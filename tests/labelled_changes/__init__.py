"""Labelled pairs of texts before and after an edit, in four languages, and how well the rules tell them."""
