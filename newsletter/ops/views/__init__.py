"""The pages: each parses, asks the reports or pulls a brake, and presents the answer."""
