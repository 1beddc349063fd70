"""The shop that buyers see: a few goods, a field for a code, a button to order."""
