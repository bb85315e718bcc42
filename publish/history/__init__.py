"""An article in one line of time: what was published, how we saw it, what became of it."""
