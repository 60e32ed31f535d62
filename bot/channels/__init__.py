"""Where people are met: each channel turns its platform's messages into Incoming and shows a Reply.

A channel keeps the messages of one chat in order, and knows its platform's limits. It never decides
what is answered.
"""
