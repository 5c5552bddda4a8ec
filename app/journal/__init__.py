"""What was done at each register, as a chain of hashes that shows any later change."""
