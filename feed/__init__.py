"""One request's way: sources -> gate -> score -> diversify -> page -> reasons."""
