"""Registered benchmark cases: what the engine reaches in how long, beside the best values known.

Not part of the installed product. The instances are looked for in ``$METROPLAN_DATA`` or in ``../shared/data`` beside
the repository. Run ``python -m benchmarks list``.
"""
