"""Finds people, posts, groups and tags by their words, through an index that the engine has."""
