"""Forms of opportunities, forecasts and marketing activities."""
