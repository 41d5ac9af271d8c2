"""The HTTP service: parses requests, calls the pipeline, shapes replies."""
