"""Sending a plan out and taking in what comes back."""
