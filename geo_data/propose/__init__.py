"""Guessing which layer and which columns a planner's files hold, to be corrected by the planner."""

from geo_data.propose.files import copy_files, name_from
from geo_data.propose.proposal import LayerGuess, Left, Proposal, propose
from geo_data.propose.text import data_text

__all__ = ["LayerGuess", "Left", "Proposal", "copy_files", "data_text", "name_from", "propose"]
