"""Evaluate stage: the forms in which evaluators keep their questions, one module for each."""
