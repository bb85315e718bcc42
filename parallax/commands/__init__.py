"""The commands, one module each; ``parallax.cli`` puts them together.

A command imports what it needs when it runs, so that ``--help`` and the two commands without a database start quickly.
"""
