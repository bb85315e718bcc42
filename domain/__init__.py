"""The nouns of Parallax: frozen dataclasses, url keys, times and errors.

No I/O and no clock; besides the standard library only pure URL and public-suffix libraries.
"""
