"""How large a query may be. Beyond these it is a mistake or an attack, and the error says which limit it met."""

MAX_LENGTH = 100_000
"""characters in an expression"""
MAX_TERMS = 1_000
"""terms and fields in an expression"""
MAX_DEPTH = 50
"""parentheses and NOTs inside each other"""
MAX_WORDS = 12
"""words in a phrase or a name"""
MAX_WORD = 100
"""characters in a word"""
MAX_DISTANCE = 100
"""words between the two sides of NEAR"""
MAX_STARS = 2
"""* in a word with wildcards"""
MIN_LITERAL = 3
"""letters in a row that a word with wildcards must hold; 2 do where it begins or ends with them"""
WILD_REACH = 40
"""characters that one * may stand for"""
