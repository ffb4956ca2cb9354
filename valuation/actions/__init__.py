"""Writes of the value assessment, and the gathering of what they need."""
