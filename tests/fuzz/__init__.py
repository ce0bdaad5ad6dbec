"""Fuzzing of every reader: sound files, broken at random, must never crash, hang or lose rows in silence."""
