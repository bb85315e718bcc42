"""A world of a hundred days in which it is known what every look at every page was answered with.

It is served on loopback and crawled by the real pipeline; ``make bench-changes`` compares the ledger of changes with
what was planted. Sentences stand in ``banks/PART/LANGUAGE.toml``. Nothing here may know the rules of ``analysis``.
"""
