"""Index stage: Documents to an index, and questions to ranked passages."""
