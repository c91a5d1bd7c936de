"""People: departments, staff and roles over time, agents, shops, logins, attendance, training."""
