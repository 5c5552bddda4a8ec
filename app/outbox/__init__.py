"""What is due after a commit: paper, drawer, messages. A sale never waits for it."""
