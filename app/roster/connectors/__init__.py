"""One module for each kind of roster."""
