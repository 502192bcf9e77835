"""The report format: a daily in Traditional Chinese, with Hugo front matter, bilingual headings and labelled blocks."""
