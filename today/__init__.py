"""What is mine to do: the first page, its weekly e-mail, and the counts in the menu."""
