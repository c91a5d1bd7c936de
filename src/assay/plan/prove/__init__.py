"""The assay: what a plan rewards, proved or refuted over whole numbers from the same formula tree."""
