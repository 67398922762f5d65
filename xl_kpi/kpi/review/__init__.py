"""The review with the KPIs of the channels: attainment, and what to do."""
