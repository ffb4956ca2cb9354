"""Demo data: an invented branch with customers and two months of work, relative to the day of
loading. Every organisation and person in it is fictional. Everything is made by the real actions.
"""
