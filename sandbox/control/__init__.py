"""The control API: what tests, benches and the command line turn and read. JSON, no password, loopback callers only."""
