"""Plan recognition as planning: which errand explains the actions that were seen, in their order?

The domain is made for the problem: each kind of action becomes a task whose methods are what was
seen, each with its objects, and each only after the one before. Somebody did two errands.
"""

from collections.abc import Iterator
from itertools import product
from random import Random

from benchmarks.planning_domains.writing import Facts, problem

Seen = tuple[str, ...]

KINDS = 24
"""Kinds of errands, each with three methods."""

OPERATIONS = ("dig", "haul", "mend", "block", "clear", "heat", "light", "tow")


class Recognition:
    """Errands of so many places; what was seen is the end of the domain's text."""

    def __init__(self, size: int, random: Random) -> None:
        self.places = [f"place{number}" for number in range(size)]
        self.crews = [f"crew{number}" for number in range(size // 2)]
        self.starts = {crew: random.choice(self.places) for crew in self.crews}
        self.ways = {
            (kind, way): random.sample(OPERATIONS, 3) for kind, way in product(range(KINDS), "abc")
        }
        self.seen: list[Seen] = list(self._acts(random, dict(self.starts)))

    def _acts(self, random: Random, at: dict[str, str]) -> Iterator[Seen]:
        for _ in range(2):
            kind, way = random.choice(list(self.ways))
            crew, place, other = random.choice(self.crews), *random.sample(self.places, 2)
            for operation, target in zip(self.ways[kind, way], (place, other, place), strict=True):
                if at[crew] != target:
                    yield "travel", crew, at[crew], target
                at[crew] = target
                yield operation, crew, target

    def domain(self) -> str:
        """Return the domain's text."""
        return "\n".join(self._parts()) + ")\n"

    def _parts(self) -> Iterator[str]:
        yield """; Made up: see recognition.py.
(define (domain recognition)
  (:types place crew moment)"""
        yield f"  (:constants {' '.join(self.places)} - place {' '.join(self.crews)} - crew"
        yield f"    {' '.join(f'm{number}' for number in range(len(self.seen) + 1))} - moment)"
        yield "  (:predicates (AT ?c - crew ?p - place) (now ?m - moment) (busy ?c - crew))"
        yield "  (:task top :parameters ()) (:task get ?c - crew ?p - place)".replace(
            "get ?c - crew ?p - place", "get :parameters (?c - crew ?p - place)"
        )
        yield "  (:task see_travel :parameters (?c - crew ?a ?b - place))"
        yield from (
            f"  (:task see_{each} :parameters (?c - crew ?p - place))" for each in OPERATIONS
        )
        yield from self._errands()
        yield """  (:method there :parameters (?c - crew ?p - place) :task (get ?c ?p)
    :precondition (AT ?c ?p) :ordered-subtasks ())
  (:method thither :parameters (?c - crew ?a ?p - place) :task (get ?c ?p)
    :precondition (and (AT ?c ?a) (not (AT ?c ?p))) :ordered-subtasks (see_travel ?c ?a ?p))"""
        for number, seen in enumerate(self.seen):
            yield from self._sight(number, seen)

    def _errands(self) -> Iterator[str]:
        parameters = ":parameters (?c - crew ?p ?q - place)"
        for kind in range(KINDS):
            yield f"  (:task errand{kind} {parameters})"
            yield f"""  (:method top{kind} {parameters} :task (top)
    :ordered-subtasks (errand{kind} ?c ?p ?q))"""
        for (kind, way), operations in self.ways.items():
            steps = zip(operations, ("?p", "?q", "?p"), strict=True)
            listed = " ".join(f"(get ?c {place}) (see_{each} ?c {place})" for each, place in steps)
            yield f"""  (:method errand{kind}{way} {parameters} :task (errand{kind} ?c ?p ?q)
    :precondition (not (busy ?c)) :ordered-subtasks (and {listed}))"""

    def _sight(self, number: int, seen: Seen) -> Iterator[str]:
        name, *objects = seen
        terms = ["?c", "?a", "?b"][: len(objects)]
        typed = "?c - crew ?a - place" + (" ?b - place" if name == "travel" else "")
        same = " ".join(f"(= {one} {two})" for one, two in zip(terms, objects, strict=True))
        move = "(AT ?c ?b) (not (AT ?c ?a))" if name == "travel" else ""
        yield f"""  (:method seen{number} :parameters ({typed}) :task (see_{name} {" ".join(terms)})
    :precondition (and {same}) :ordered-subtasks (and (act{number} {" ".join(terms)})))
  (:action act{number} :parameters ({typed})
    :precondition (and (now m{number}) (AT ?c ?a))
    :effect (and (not (now m{number})) (now m{number + 1}) {move}))"""

    def problem(self) -> str:
        """Return the problem's text."""
        facts = Facts("now m0", *(f"AT {crew} {place}" for crew, place in self.starts.items()))
        goal = [f"now m{len(self.seen)}"]
        return problem("recognition", {}, facts, ["top", "top"], goal=goal)


def correspondence(pairs: int, random: Random) -> tuple[str, str]:
    """Return pairs of words to be lined up so that both lines read the same (Post's problem)."""
    # One text, cut into as many words in two ways: there is at least one solution.
    text = "".join(random.choice("ab") for _ in range(3 * pairs))
    cuts = [sorted(random.sample(range(1, len(text)), pairs - 1)) for _ in range(2)]
    ends = [[0, *each, len(text)] for each in cuts]
    words = {
        number: tuple(text[line[number] : line[number + 1]] for line in ends)
        for number in range(pairs)
    }
    methods = [
        f"""  (:method {side}{number}{kind} :parameters () :task ({side})
    :ordered-subtasks (and {" ".join(f"({side}_{letter})" for letter in word)}
      {middle} ({side}_{number})))"""
        for number, both in words.items()
        for side, word in zip(("first", "second"), both, strict=True)
        for kind, middle in (("more", f"({side})"), ("end", ""))
    ]
    letters = ["a", "b", *map(str, words)]
    actions = [
        f"""  (:action first_{letter} :precondition (free)
    :effect (and (not (free)) (wrote w{letter})))
  (:action second_{letter} :precondition (wrote w{letter})
    :effect (and (free) (not (wrote w{letter}))))"""
        for letter in letters
    ]
    domain = f"""; Made up: see recognition.py.
(define (domain correspondence)
  (:types letter)
  (:constants {" ".join(f"w{letter}" for letter in letters)} - letter)
  (:predicates (free) (wrote ?l - letter))
  (:task first :parameters ()) (:task second :parameters ())
{chr(10).join(methods)}
{chr(10).join(actions)})
"""
    facts = Facts("free")
    tasks = ["first", "second"]
    written = problem("correspondence", {}, facts, tasks, goal=["free"])
    return domain, written.replace(":ordered-subtasks", ":subtasks")
