"""The prompts, as Markdown files."""
