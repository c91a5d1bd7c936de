"""Files of sales: orders with their lines, money received with what it pays, targets."""
