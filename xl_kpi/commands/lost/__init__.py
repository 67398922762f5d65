"""What another program has lost when it saved a plan: extras of the user, formats, headers."""
