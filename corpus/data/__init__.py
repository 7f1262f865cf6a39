"""Corpus stage: the lists that reading reports relies on, and their reader."""
