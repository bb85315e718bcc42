"""The report of a trial: what each channel, page and host of an outlet gave, and the faults in words."""
