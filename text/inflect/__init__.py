"""Closed grammars of endings: which written forms a dictionary form takes.

No stemmer damages a text here: a base is opened into its forms, and a word of the text is one of them or is not.
"""
