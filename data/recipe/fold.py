"""How names are compared. `src/place/gazetteer/fold.rs` does the same; a test there compares the two over all towns."""

import re
import unicodedata

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ə": "e"})
APOSTROPHES = re.compile("['’‘ʼʻ`´ʹʾʿ.]")
WORDS = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}


def fold(text):
    """Lower case without marks, apostrophes and full stops; anything else that is no letter or digit is a blank."""
    # Before the decomposition, which would turn some of them into a blank and a mark.
    text = APOSTROPHES.sub("", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.category(c).startswith("M"))
    text = APOSTROPHES.sub("", text.lower().translate(LETTERS))
    words = "".join(c if c.isalnum() else " " for c in text if not unicodedata.category(c).startswith("M")).split()
    return " ".join(WORDS.get(word, word) for word in words)


def is_plain(folded):
    return bool(folded) and folded.isascii()
