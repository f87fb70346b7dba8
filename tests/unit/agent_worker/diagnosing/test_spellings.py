from agent_worker.domain.diagnosing.case_slips import find_case_slips
from agent_worker.domain.diagnosing.misspellings import find_misspellings
from agent_worker.domain.diagnosing.spelling_variants import find_spelling_variants, fingerprint
from agent_worker.domain.diagnosing.split_words import find_split_words
from agent_worker.domain.diagnosing.typos import find_typos
from tests.unit.agent_worker.diagnosing.single import CITIES, column, repairs, suspects

WORDS = (
    "about", "after", "again", "before", "between", "call", "change", "different", "every",
    "found", "great", "house", "large", "little", "never", "number", "other", "people", "place",
    "point", "right", "small", "sound", "spell", "still", "study", "their", "there", "water",
)  # fmt: skip
LEXICON: dict[str, int] = dict.fromkeys([*WORDS, "maintenance", "smith"], 1_000)
SENTENCES = [f"{first} {second}" for first in WORDS[:14] for second in WORDS[14:]]


def test_a_rare_spelling_becomes_the_usual_one() -> None:
    texts = [*["New York"] * 9, "new york", *["São Paulo"] * 8, "Sao Paulo", *["Rome"] * 5]

    found = repairs(find_spelling_variants(column(texts)))

    assert found == {"new york": "New York", "Sao Paulo": "São Paulo"}


def test_spellings_that_are_about_as_frequent_are_let_be() -> None:
    assert find_spelling_variants(column([*["e-mail"] * 6, *["email"] * 4])) == []


def test_signs_that_mean_something_keep_texts_apart() -> None:
    for one, other in (("1.5", "15"), ("GMT+7", "GMT-7"), ("_locale", "locale"), ("C++", "C#")):
        assert fingerprint(one) != fingerprint(other)


def test_names_in_both_cases_are_names_of_different_things() -> None:
    texts = [*["omicron"] * 9, "Omicron", *["alpha"] * 4, *["Beta"] * 4, *["gamma"] * 4]

    assert find_spelling_variants(column(texts)) == []


def test_a_slip_in_a_frequent_word_is_mended() -> None:
    texts = [*["Philadelphia"] * 30, "Philadlephia", *["Boston"] * 20, *["Chicago"] * 20]

    found = repairs(find_typos(column(texts)))

    assert found == {"Philadlephia": "Philadelphia"}


def test_british_and_american_spellings_are_both_right() -> None:
    texts = [*["Medical Center"] * 30, "Medical Centre", *["Clinic"] * 20]

    assert not find_typos(column(texts, lexicon={"center": 900, "medical": 900, "clinic": 900}))


def test_names_that_are_neighbours_by_habit_are_no_typos() -> None:
    texts = [*["Marie"] * 20, *["Maria"] * 20, "Mario", *["Jensen"] * 20, *["Hansen"] * 20]

    assert not find_typos(column(texts))


def test_a_word_that_the_dictionary_knows_is_no_typo() -> None:
    texts = [*["sound"] * 30, "found", *["water"] * 20]

    assert find_typos(column(texts, lexicon=LEXICON)) == []


def test_codes_one_sign_apart_are_no_typos() -> None:
    texts = [*["KX-ABCDE"] * 40, "KX-ABCDF", *["KX-QRSTU"] * 40]

    assert not find_typos(column(texts))


def test_an_unknown_word_among_known_ones_is_mended() -> None:
    found = find_misspellings(column([*SENTENCES, "water maintenence"], lexicon=LEXICON))

    assert repairs(found) == {"water maintenence": "water maintenance"}


def test_a_column_of_unknown_words_has_no_misspellings() -> None:
    assert find_misspellings(column([*CITIES, "maintenence"], lexicon=LEXICON)) == ()


def test_a_name_that_looks_like_a_word_is_let_be() -> None:
    found = find_misspellings(column([*SENTENCES, "Smithe"], lexicon=LEXICON))

    assert list(found) == []


def test_a_torn_word_is_put_together() -> None:
    found = find_split_words(column([*SENTENCES, "small mainte nance"], lexicon=LEXICON))

    assert repairs(found) == {"small mainte nance": "small maintenance"}


def test_a_digit_within_a_word_is_the_letter_it_looks_like() -> None:
    found = find_split_words(column([*SENTENCES, "small h0use"], lexicon=LEXICON))

    assert repairs(found) == {"small h0use": "small house"}


def test_product_codes_with_digits_within_are_let_be() -> None:
    texts = [f"Sm{digit}ith" for digit in "0158"]

    assert find_split_words(column([*CITIES, *texts], lexicon=LEXICON)) == []


def test_the_only_small_letter_of_a_code_is_a_slip() -> None:
    codes = [f"{first}{second}-{at}" for first in "ABCDEF" for second in "KLMNO" for at in "12"]

    assert repairs(find_case_slips(column([*codes, "xY-3"]))) == {"xY-3": "XY-3"}


def test_names_of_brands_are_not_shouted_down() -> None:
    names = [f"{city} {other}" for city in CITIES for other in CITIES[:3]]

    assert find_case_slips(column([*names, "van Aachen"])) == []
    assert suspects(find_case_slips(column([*names, "villa verde"]))) == {"villa verde"}
