"""What the desk does around an issue: talk, acknowledge, prove, share, correct."""
