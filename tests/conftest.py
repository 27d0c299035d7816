"""Our own tests judge no speed by the way: a busy machine is no failure of theirs."""

from hypothesis import settings

settings.register_profile("tests", deadline=None)
settings.load_profile("tests")
