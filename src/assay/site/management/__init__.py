"""Commands of the house, as Django runs them."""
