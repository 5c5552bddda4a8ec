"""Pure pricing: basket, promotions, taxes, customer and moment in; priced basket with its trail out."""
