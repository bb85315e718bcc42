"""What to ask a channel for, one module a kind.

A kind joins by one module with ``read(document) -> ParsedChannel`` (pure: it runs in a killable worker) and one line in
``crawler.channels.kinds``.
"""
