"""The sample department as a company in a database: what ./assay demo opens."""
