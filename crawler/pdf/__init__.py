"""PDF documents: bytes in, text in reading order with its sections out. Pure; only ``pages`` knows the library."""
