"""Pages of this app, one module per group."""
