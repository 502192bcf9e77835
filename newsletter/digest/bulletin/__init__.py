"""The bulletin format: a date range in Simplified Chinese, highlights first, then stories in numbered sections."""
