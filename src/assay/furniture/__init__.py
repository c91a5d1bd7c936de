"""Furniture: what every web room uses alike: fields, history, numbers, lists, forms, files, jobs."""
