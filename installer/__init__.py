"""Getting Regulars onto a machine: standard library only, nothing runs at import."""
