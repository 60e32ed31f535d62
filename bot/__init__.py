"""People: questions, answers, channels, storage and the command line."""
