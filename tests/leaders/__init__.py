"""Four schedulers on one store, the leader killed: who led, what ran, what was asked: ``make torture-leaders``."""
