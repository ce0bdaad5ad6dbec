"""The command line: asks the library, tells the planner; computes nothing itself."""

from optimizer.cli.app import main

__all__ = ["main"]
