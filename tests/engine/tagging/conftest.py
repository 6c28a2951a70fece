"""Property tests of this room wait for a busy machine instead of failing on it."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
