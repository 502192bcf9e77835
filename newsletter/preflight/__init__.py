"""The checks that an issue must pass: functions on frozen values, each finding with its place and its remedy."""
