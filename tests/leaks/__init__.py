"""Canary rows out of scope: no page of any role may show them."""
