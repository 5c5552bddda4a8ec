"""Named functions that hold all of the program's SQL; they take a session or connection and commit nothing."""
