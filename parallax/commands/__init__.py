"""The commands, one module each; ``parallax.cli`` puts them together."""
