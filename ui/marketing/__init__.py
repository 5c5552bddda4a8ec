"""Marketing: segments, coupons and gift cards, each on a page of its own."""
