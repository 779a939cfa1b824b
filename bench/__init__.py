"""What we measure and against whom; off by default."""
