"""Light: what traffic the plan carries, on which channels, fibre pairs and wavelengths, and how far light reaches.

``design`` is the way in: a plan without traffic becomes one with it.
"""
