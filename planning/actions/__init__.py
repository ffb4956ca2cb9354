"""Every write to plans, six-step work and retention cases."""
