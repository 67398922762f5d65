"""The goal: how what is stated becomes that of the plan, and what it is made of."""
