"""The till's devices as this computer has them: choices in its settings file, the real things made from them here.

choices.py reads and writes the settings tables, making.py makes devices from them, till.py runs them.
"""
