"""Corpus stage: files that are no plain text, each read in a worker process, to blocks with their places."""
