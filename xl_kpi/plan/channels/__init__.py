"""What becomes of what each channel brings."""
