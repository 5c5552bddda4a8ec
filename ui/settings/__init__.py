"""Settings: one small file a page, found by the registry in pages/."""
