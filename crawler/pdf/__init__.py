"""PDF documents: bytes in, text in reading order with its sections out. Pure.

Only ``pages`` and ``letters`` know the library.
"""
