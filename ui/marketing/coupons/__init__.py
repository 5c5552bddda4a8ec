"""Coupons: what a promotion gives, to whom, when and how often; its codes and where they were used."""
