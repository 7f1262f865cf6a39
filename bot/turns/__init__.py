"""Bot stage: a message within a conversation, from its words to the whole question that it means."""
