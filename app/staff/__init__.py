"""Who stands at the till, what they may do, and who approved what they may not."""
