"""Chinese text as pure functions: script, folding, sentences, figures, dates, names, search terms. No I/O."""
