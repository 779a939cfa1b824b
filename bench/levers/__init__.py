"""What was tried for the model, each thing alone, by what it finds on valid; test is not read."""
