"""The express format: a daily in Simplified Chinese, ten or so long stories and a list of other links."""
