"""A sheet described as data into a book: renderer, hosts, stored results, LAMBDA names."""
