"""Ratios measured in one run, floor and candidate in turn; `python3 installer/test.py --benchmarks` prints them.

Each test is marked `benchmark`, uses harness.compare or harness.sample, and prints one line of harness.report.
"""
