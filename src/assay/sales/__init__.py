"""Sales: targets, goods, quotations and orders, approvals, collections, returns, pick-ups."""
