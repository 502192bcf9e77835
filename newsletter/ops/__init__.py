"""What ops look at while mail goes out, and the brakes."""
