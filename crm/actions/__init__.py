"""Writes that combine several apps in one transaction."""
