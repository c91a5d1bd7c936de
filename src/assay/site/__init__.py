"""The site: settings, addresses, the way in for servers, and the house's own commands."""
