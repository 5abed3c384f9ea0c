"""Setting up and keeping a municipality: itself, its plans, units, people, what is measured."""
