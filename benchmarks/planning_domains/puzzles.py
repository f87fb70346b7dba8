"""Problems with one agent and much to choose: towers, robots, snakes, blocks, patience, lamps."""

from itertools import pairwise, product
from random import Random

from benchmarks.planning_domains.writing import Facts, problem


def towers(rings: int, _: Random) -> str:
    """Return a tower of so many rings that is to be shifted."""
    names = [f"ring{number}" for number in range(1, rings + 1)]
    facts = Facts()
    facts.add(*(f"smaller {one} {two}" for at, one in enumerate(names) for two in names[at + 1 :]))
    facts.add(*(f"on {upper} {lower}" for upper, lower in pairwise(names)))
    facts.add(f"top left {names[0]}", f"bottom {names[-1]} left", "bare middle", "bare right")
    objects = {"ring": names, "peg": ["left", "middle", "right"]}
    return problem("towers", objects, facts, [f"shift {names[-1]} left right middle"])


def robot(rooms: int, random: Random) -> str:
    """Return so many rooms, with a package in each that belongs elsewhere."""
    names = [f"room{number}" for number in range(rooms)]
    facts = Facts("robot_in room0", "armempty")
    pairs = [*pairwise(names), *(random.sample(names, 2) for _ in range(rooms // 2))]
    for number, (one, two) in enumerate(pairs):
        facts.add(f"joins {one} {two} door{number}", f"joins {two} {one} door{number}")
    packages = [f"package{number}" for number in range(rooms)]
    for package in packages:
        start, end = random.sample(names, 2)
        facts.add(f"in {package} {start}", f"wanted {package} {end}")
    doors = [f"door{number}" for number in range(len(pairs))]
    objects = {"room": names, "package": packages, "door": doors}
    return problem("robot", objects, facts, ["deliver_all"])


def snake(side: int, random: Random) -> str:
    """Return a square of fields with two short snakes and some mice."""
    fields = [f"f{row}-{column}" for row, column in product(range(side), range(side))]
    facts = Facts()
    for row, column in product(range(side), range(side)):
        for other in ((row + 1, column), (row, column + 1)):
            if max(other) < side:
                one, two = f"f{row}-{column}", f"f{other[0]}-{other[1]}"
                facts.add(f"near {one} {two}", f"near {two} {one}")
    places = random.sample(fields, side + 2)
    for snake_name, place in zip(("adder", "boa"), places, strict=False):
        facts.add(f"head {snake_name} {place}", f"tail {snake_name} {place}", f"taken {place}")
    mice = [f"mouse{number}" for number in range(side)]
    for mouse, place in zip(mice, places[2:], strict=True):
        facts.add(f"mouse_at {mouse} {place}", f"taken {place}")
    objects = {"field": fields, "snake": ["adder", "boa"], "mouse": mice}
    return problem("snake", objects, facts, ["hunt_all"])


def stacks(blocks: list[str], random: Random) -> list[list[str]]:
    """Return the blocks in stacks, each from its bottom up."""
    found: list[list[str]] = []
    for block in random.sample(blocks, len(blocks)):
        if found and random.random() > 1 / (len(found) + 2):
            random.choice(found).append(block)
        else:
            found.append([block])
    return found


def stack_facts(piles: list[list[str]], facts: Facts) -> None:
    """Add where the blocks of the stacks are."""
    for pile in piles:
        facts.add(f"ontable {pile[0]}", f"clear {pile[-1]}")
        facts.add(*(f"on {upper} {lower}" for lower, upper in pairwise(pile)))


def blocks(count: int, random: Random) -> str:
    """Return stacks to be turned into others, one task for each block that shall lie on one."""
    names = [f"b{number}" for number in range(count)]
    facts = Facts("handempty")
    stack_facts(stacks(names, random), facts)
    wanted = [pair for pile in [random.sample(names, count)] for pair in pairwise(pile)]
    tasks = [f"do_put_on {upper} {lower}" for lower, upper in wanted]
    return problem("blocks", {"block": names}, facts, tasks)


def arms(count: int, random: Random) -> str:
    """Return stacks to be turned into others, by three arms."""
    names = [f"b{number}" for number in range(count)]
    facts = Facts("free arm1", "free arm2", "free arm3")
    stack_facts(stacks(names, random), facts)
    for pile in stacks(names, random):
        facts.add(*(f"wish_on {upper} {lower}" for lower, upper in pairwise(pile)))
    objects = {"block": names, "arm": ["arm1", "arm2", "arm3"]}
    return problem("arms", objects, facts, ["achieve"])


def freecell_learned(values: int, random: Random) -> str:
    """Return four suits of so many values in six columns, with four cells."""
    suits = ["clubs", "diamonds", "hearts", "spades"]
    cards = [f"{suit}{value}" for suit in suits for value in range(values + 1)]
    facts = Facts(*(f"successor n{number + 1} n{number}" for number in range(max(values, 6) + 1)))
    for suit, value in product(suits, range(values + 1)):
        card = f"{suit}{value}"
        facts.add(f"value {card} n{value}", f"suit {card} {suit}")
        others = ("diamonds", "hearts") if suit in {"clubs", "spades"} else ("clubs", "spades")
        facts.add(*(f"canstack {card} {other}{value + 1}" for other in others if value < values))
    facts.add(*(f"home {suit}0" for suit in suits), "cellspace n4", "colspace n0")
    homes = [f"{suit}0" for suit in suits]
    dealt = random.sample([card for card in cards if card not in homes], 4 * values)
    for column in range(6):
        pile = dealt[column::6]
        if pile:
            facts.add(f"bottomcol {pile[0]}", f"clear {pile[-1]}")
            facts.add(*(f"on {upper} {lower}" for lower, upper in pairwise(pile)))
    numbers = [f"n{number}" for number in range(max(values, 6) + 2)]
    tasks = [f"achieve-home {suit}{values}" for suit in suits]
    objects = {"card": cards, "num": numbers, "suit": suits}
    return problem("freecell_learned", objects, facts, tasks)


def lights(side: int, random: Random) -> str:
    """Return a square of lamps some of which were pressed, so that there is a way back."""
    names = {place: f"l{place[0]}-{place[1]}" for place in product(range(side), range(side))}
    is_on = dict.fromkeys(names, True)
    pressed = [place for place in names if random.choice([True, False])]
    facts = Facts()
    for (row, column), name in names.items():
        around = [(row, column), (row + 1, column), (row - 1, column)]
        around += [(row, column + 1), (row, column - 1)]
        for place in (each for each in around if each in names):
            facts.add(f"near {name} {names[place]}")
            is_on[place] ^= (row, column) in pressed
    facts.add(*(f"on {names[place]}" for place, shines in is_on.items() if shines))
    facts.add(*(f"follows {one} {two}" for one, two in pairwise(names.values())))
    facts.add(f"last {list(names.values())[-1]}")
    return problem("lights", {"lamp": list(names.values())}, facts, ["all_on"])
