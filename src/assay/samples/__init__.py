"""Sample departments: one made by a seed with every edge in it, two out of real orders."""
