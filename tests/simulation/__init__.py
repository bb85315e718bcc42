"""Feeds that publish for a month of simulated time, polled through the real store; what was missed is known."""
