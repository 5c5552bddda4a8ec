"""One file a page. Keep imports light: every file is read when Settings is opened."""
