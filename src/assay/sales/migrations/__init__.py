"""Steps of the tables of sales."""
