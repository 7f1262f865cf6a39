"""Bot stage: questions to cited answers, in a terminal and in batches."""
