"""Widgets, colours and work shared by every screen."""
