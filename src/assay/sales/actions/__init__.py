"""What people do in sales: the only writers."""
