"""One file a noun; each route parses, calls the pipeline once, and answers with the engine's own JSON."""
