"""What the rules say: programmes, text, places, money, dates, passages and the search index.

No people, no chat, no SQL and no language model live here.
"""
