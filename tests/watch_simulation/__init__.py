"""Twenty outlets over months of simulated days, with planted template swaps: does the watch see them, and nothing else?

Pages are real: rendered with the sample world's templates and read by the real extraction, before and after a swap.
What outlets do over time (rhythm, bursts, holidays, rest, odd pages, outages) is drawn from seeds.
"""
