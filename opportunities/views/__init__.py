"""Pages of opportunities, forecasts and marketing activities."""
