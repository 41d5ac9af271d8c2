"""Evaluation and demonstration: what Gazette does, shown and measured."""
