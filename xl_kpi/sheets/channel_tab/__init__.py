"""A channel's own tab."""
