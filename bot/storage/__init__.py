"""What must survive a restart: conversations, the question log, updates taken, model usage.

Every method opens its own short session, so none stays open over a model or network call.
"""
