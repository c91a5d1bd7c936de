"""Input: CSV, xlsx and Parquet to typed rows, and rejected rows with their reasons."""
