"""The desks, through the URL."""
