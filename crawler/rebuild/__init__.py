"""Makes a database anew from the archive and its journal: the same looks in the same order, read by the same reader.

The journal says what was asked and decided; the responses say what was there. What follows from both (entries,
articles, revisions, gaps) is worked out again by the code that worked it out at first.
"""

from crawler.rebuild.rebuilder import Rebuilder, Rebuilt

__all__ = ["Rebuilder", "Rebuilt"]
