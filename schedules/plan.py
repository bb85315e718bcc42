"""What is due. Pure: the clock is an argument."""
