"""Corpus stage: files to Documents, repaired, with whose they are and for when."""
