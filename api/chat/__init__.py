"""Answers as chat programs expect them, in OpenAI's shapes. Knows nothing of how answers are made."""
