"""Parts of the script that rebuilds the shipped examples from their source; not needed to use them.

Run ``python -m geo_data.examples.build --source neatnet-0.1.6.tar.gz``.
"""
