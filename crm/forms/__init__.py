"""Pages that combine apps: the wizard that hands over work."""
