"""Kills crawls of the sample world at random moments and looks for what was lost: ``make torture``."""
