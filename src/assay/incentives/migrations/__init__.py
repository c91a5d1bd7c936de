"""Steps of the tables of incentives."""
