"""Gold written by reading the sample pages, and the proof that it fits them. Knows nothing of any system's output."""
