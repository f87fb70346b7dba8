"""Small planning domains of the exchange format, and a way to have them solved and judged."""

from planner.domain.hddl.printing import plan_text
from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.search.meter import Limits, Meter
from planner.domain.search.planning import solve
from tests.support.plan_judge.judge import judge

ROADS = """
(define (domain roads)
  (:types place truck)
  (:predicates (road ?a ?b - place) (at ?t - truck ?a - place))
  (:task go :parameters (?t - truck ?a - place))
  (:method there :parameters (?t - truck ?a - place) :task (go ?t ?a)
    :precondition (at ?t ?a) :subtasks ())
  (:method onward :parameters (?t - truck ?a ?b ?c - place) :task (go ?t ?c)
    :precondition (at ?t ?a) :ordered-subtasks (and (drive ?t ?a ?b) (go ?t ?c)))
  (:action drive :parameters (?t - truck ?a ?b - place)
    :precondition (and (at ?t ?a) (road ?a ?b))
    :effect (and (not (at ?t ?a)) (at ?t ?b))))
"""

BACKWARDS = """
(define (domain backwards)
  (:types place truck)
  (:predicates (road ?a ?b - place) (at ?t - truck ?a - place))
  (:task go :parameters (?t - truck ?a - place))
  (:method there :parameters (?t - truck ?a - place) :task (go ?t ?a)
    :precondition (at ?t ?a) :subtasks ())
  (:method through :parameters (?t - truck ?b ?c - place) :task (go ?t ?c)
    :ordered-subtasks (and (go ?t ?b) (drive ?t ?b ?c)))
  (:action drive :parameters (?t - truck ?a ?b - place)
    :precondition (and (at ?t ?a) (road ?a ?b))
    :effect (and (not (at ?t ?a)) (at ?t ?b))))
"""

HANOI = """
(define (domain hanoi)
  (:types ring peg - thing count)
  (:predicates (on ?r - ring ?t - thing) (clear ?t - thing) (fits ?r - ring ?t - thing)
    (over ?t - thing ?p - peg) (next ?m ?n - count) (named ?r - ring ?n - count))
  (:task shift :parameters (?n - count ?a ?b - peg))
  (:method none :parameters (?n - count ?a ?b - peg) :task (shift ?n ?a ?b)
    :precondition (forall (?m - count) (not (next ?m ?n))) :subtasks ())
  (:method around :parameters (?n ?m - count ?a ?b ?c - peg ?r - ring ?u ?v - thing)
    :task (shift ?n ?a ?b)
    :precondition (and (next ?m ?n) (named ?r ?n))
    :ordered-subtasks (and (shift ?m ?a ?c) (move ?r ?a ?b ?u ?v) (shift ?m ?c ?b))
    :constraints (and (not (= ?a ?c)) (not (= ?b ?c))))
  (:action move :parameters (?r - ring ?a ?b - peg ?u ?v - thing)
    :precondition (and (over ?r ?a) (clear ?r) (on ?r ?u) (clear ?v) (fits ?r ?v) (over ?v ?b))
    :effect (and (not (over ?r ?a)) (over ?r ?b) (not (on ?r ?u)) (on ?r ?v)
      (clear ?u) (not (clear ?v)))))
"""

TURNS = """
(define (domain turns)
  (:types job)
  (:predicates (begun ?a - job) (ended ?a - job) (needs ?a ?b - job))
  (:task work :parameters (?a - job))
  (:method both :parameters (?a ?b - job) :task (work ?a) :precondition (needs ?a ?b)
    :subtasks (and (one (begin ?a)) (two (end ?a ?b))) :ordering (< one two))
  (:action begin :parameters (?a - job) :precondition (not (begun ?a)) :effect (begun ?a))
  (:action end :parameters (?a ?b - job) :precondition (begun ?b) :effect (ended ?a)))
"""

LAMPS = """
(define (domain lamps)
  (:requirements :typing :conditional-effects :universal-preconditions)
  (:types room lamp - place)
  (:constants hall - room)
  (:predicates (lit ?l - lamp) (in ?l - lamp ?r - room) (broken ?l - lamp) (dark))
  (:task light :parameters (?r - room))
  (:method by_switch :parameters (?r - room) :task (light ?r)
    :precondition (exists (?l - lamp) (and (in ?l ?r) (not (broken ?l))))
    :ordered-subtasks (and (switch ?r) (admire ?r)))
  (:action switch :parameters (?r - room) :precondition (dark)
    :effect (and (not (dark))
      (forall (?l - lamp) (when (and (in ?l ?r) (not (broken ?l))) (lit ?l)))))
  (:action admire :parameters (?r - room)
    :precondition (and (or (= ?r hall) (not (dark)))
      (forall (?l - lamp) (imply (in ?l ?r) (or (lit ?l) (broken ?l)))))))
"""


def roads(*pairs: str, goal: str, places: str = "abcdef") -> str:
    """Return the problem to go from `a` to the goal by one-way roads such as `ab`."""
    facts = " ".join(f"(road {start} {end})" for start, end in pairs)
    return f"""(define (problem trip) (:domain roads)
      (:objects {" ".join(places)} - place t - truck)
      (:htn :subtasks (go t {goal})) (:init (at t a) {facts}))"""


def hanoi(rings: int) -> str:
    """Return the problem to shift a tower of so many rings."""
    numbers = range(1, rings + 1)
    facts = [f"(next n{each - 1} n{each}) (named r{each} n{each})" for each in numbers]
    facts += [f"(over r{each} pa) (on r{each} r{each + 1})" for each in numbers if each < rings]
    facts += [f"(fits r{each} p{peg})" for each in numbers for peg in "abc"]
    facts += [f"(fits r{each} r{other})" for each in numbers for other in numbers if each < other]
    facts += [f"(over r{rings} pa) (on r{rings} pa) (clear r1) (clear pb) (clear pc)"]
    facts += ["(over pa pa) (over pb pb) (over pc pc)"]
    return f"""(define (problem tower) (:domain hanoi)
      (:objects {" ".join(f"r{each}" for each in numbers)} - ring pa pb pc - peg
        n0 {" ".join(f"n{each}" for each in numbers)} - count)
      (:htn :subtasks (shift n{rings} pa pc)) (:init {" ".join(facts)}))"""


def turns(jobs: int) -> str:
    """Return the problem of jobs in a circle, each of which ends when the next has begun."""
    names = [f"j{number}" for number in range(jobs)]
    facts = [f"(needs {one} {two})" for one, two in zip(names, [*names[1:], "j0"], strict=True)]
    return f"""(define (problem circle) (:domain turns) (:objects {" ".join(names)} - job)
      (:htn :subtasks (and {" ".join(f"(work {name})" for name in names)}))
      (:init {" ".join(facts)}) (:goal (and {" ".join(f"(ended {name})" for name in names)})))"""


def lamps(broken: str) -> str:
    """Return the problem to light a hall that has two lamps, some of them broken."""
    facts = " ".join(f"(broken {lamp})" for lamp in broken.split())
    return f"""(define (problem evening) (:domain lamps) (:objects left right - lamp)
      (:htn :parameters (?r - room) :subtasks (light ?r))
      (:init (dark) (in left hall) (in right hall) {facts}) (:goal (not (dark))))"""


def plan_for(domain: str, problem: str, *, nodes_max: int = 100_000) -> str | None:
    """Return the plan's text, judged; nothing when it is proven that there is none."""
    model = read_domain(domain, "domain")
    meter = Meter(Limits(nodes_max=nodes_max), lambda: 0.0)
    plan = solve(model, read_problem(problem, "problem", model), meter)
    if plan is None:
        return None
    text = plan_text(plan)
    judge(domain, problem, text)
    return text


def actions_of(plan: str | None) -> list[str]:
    """Return the actions of a plan in their order."""
    assert plan is not None
    lines = plan.partition("root")[0].splitlines()[1:]
    return [line.partition(" ")[2] for line in lines]
