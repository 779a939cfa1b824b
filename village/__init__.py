"""A planted world with known right answers, and a local server that speaks the SocialVerse API."""
