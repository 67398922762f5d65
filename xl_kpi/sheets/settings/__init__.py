"""設定: what is typed, and what does not fit, alive."""
