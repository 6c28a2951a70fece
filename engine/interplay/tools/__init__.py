"""Tools a model may use where the person allows it: it asks in a closed form, and reads no song.
"""
