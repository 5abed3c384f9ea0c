"""What is mine to do: the first page, with what came since the last visit."""
