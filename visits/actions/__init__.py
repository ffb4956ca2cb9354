"""Writes of this app, one module per group of verbs."""
