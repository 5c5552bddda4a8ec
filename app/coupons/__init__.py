"""Promotions and the coupon codes that customers hold: made, looked up, limited, counted."""
