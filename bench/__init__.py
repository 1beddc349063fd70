"""Figures, not tests: `make bench`. Each prints one JSON line; what is compared with what stands in its docstring."""
