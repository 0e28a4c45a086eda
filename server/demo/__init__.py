"""An invented province with a few months of work in it, for a first look and for tests: the same from run to run.

Places and people are invented; times are laid relative to today, so that there is always something due.
"""
