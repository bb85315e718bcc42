"""How two revisions of an article differ, for people: changes with their class and words, and the marked text."""
