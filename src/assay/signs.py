"""Full-width signs as people type them, and their plain counterparts."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xFFE5: 0xA5,
    0x2212: 0x2D,
}
"""Full-width signs and the real minus as their plain counterparts, for str.translate."""

MINUS = "\u2212"
"""The minus as it is printed; files keep the hyphen, and what is typed back is read with either."""
