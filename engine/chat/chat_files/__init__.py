"""Conversations in files: our own form, and those of other programs."""
