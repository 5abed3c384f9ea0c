"""The public edition: published years, approved values, frozen as they were published."""
