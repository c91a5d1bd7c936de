"""What people sign and keep: one model of a paper, printed as HTML and as PDF."""
