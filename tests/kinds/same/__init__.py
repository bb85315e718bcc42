"""The same thing, once: mirrors, forms of an address, canonicals and translations in a small world of their own."""
