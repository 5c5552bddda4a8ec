"""What the shop does, in plain Python: rules in model.py, use cases in service.py, one folder per area."""
