"""The books: money moves only as entries whose postings sum to zero, and nothing in them is ever changed."""
