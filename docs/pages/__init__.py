"""Makers of the pages that come from the code."""
