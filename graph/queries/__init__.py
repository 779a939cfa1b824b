"""Typed functions over the named read queries; frozen dataclasses out."""
