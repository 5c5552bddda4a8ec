"""A completed sale, return or exchange, shown as it was."""
