"""Sales, through the URL."""
