"""Files that came from outside are read in a process of their own, which has limits of memory and time."""
