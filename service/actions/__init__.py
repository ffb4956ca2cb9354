"""Writes: `catalog` what is offered where, `watching` who waits, `launching` openings."""
