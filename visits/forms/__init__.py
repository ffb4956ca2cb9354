"""Input shapes of this app, one module per group of pages."""
