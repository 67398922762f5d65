"""Example figures: numbers that a template brought, until a company's own stand in their place."""
