"""Every write to opportunities, forecasts and marketing activities."""
