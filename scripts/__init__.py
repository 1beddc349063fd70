"""Commands behind the Makefile, and the launcher that they, the benches and the whole-system tests share."""
