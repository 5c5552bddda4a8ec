"""What the shop sells: products, their codes and how they are found."""
