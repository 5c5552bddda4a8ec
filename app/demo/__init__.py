"""The demo shop: believable, deterministic for a seed, made by the real pricing engine."""
