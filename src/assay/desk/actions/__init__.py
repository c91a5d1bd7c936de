"""What the desk writes: notices, how they go out, what was read."""
