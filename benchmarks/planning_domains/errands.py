"""Problems of carrying, making and joining things: lorries, factories, kitchens, workshops."""

from itertools import pairwise, product
from random import Random

from benchmarks.planning_domains.writing import Facts, problem


def childsnack(children: int, random: Random) -> str:
    """Return so many hungry children, two of five without gluten."""
    names = [f"child{number}" for number in range(children)]
    breads = [f"bread{number}" for number in range(children)]
    contents = [f"content{number}" for number in range(children)]
    sandwiches = [f"sandw{number}" for number in range(children + children // 3)]
    places = ["table1", "table2", "table3"]
    facts = Facts("at tray1 kitchen", "at tray2 kitchen")
    facts.add(*(f"at_kitchen_bread {each}" for each in breads))
    facts.add(*(f"at_kitchen_content {each}" for each in contents))
    facts.add(*(f"notexist {each}" for each in sandwiches))
    allergic = random.sample(range(children), children * 2 // 5)
    for number, name in enumerate(names):
        facts.add(f"waiting {name} {random.choice(places)}")
        facts.add(f"{'' if number in allergic else 'not_'}allergic_gluten {name}")
    for bread, content in zip(
        random.sample(breads, len(allergic)), random.sample(contents, len(allergic)), strict=True
    ):
        facts.add(f"no_gluten_bread {bread}", f"no_gluten_content {content}")
    objects = {
        "child": names,
        "bread-portion": breads,
        "content-portion": contents,
        "sandwich": sandwiches,
        "tray": ["tray1", "tray2"],
        "place": places,
    }
    return problem("childsnack", objects, facts, [f"serve {name}" for name in names])


def factories(count: int, random: Random) -> str:
    """Return a chain of factories, each of which needs what the one before makes."""
    places = [f"loc{number}" for number in range(2 * count + 4)]
    facts = Facts()
    roads = [*pairwise(places), *(random.sample(places, 2) for _ in range(count))]
    for one, two in roads:
        facts.add(f"road {one} {two}", f"road {two} {one}")
    sites = random.sample(places, count + 1)
    for number, site in enumerate(sites[:-1]):
        facts.add(f"factory_at fac{number} {site}", f"makes fac{number} good{number}")
        facts.add(f"asks fac{number} good{number - 1}" if number else "asks_nothing fac0")
    facts.add(f"asks fac{count} good{count - 1}", f"site {sites[-1]}", f"lacks_factory {sites[-1]}")
    facts.add(f"lorry_at lorry0 {random.choice(places)}", "empty lorry0")
    objects = {
        "location": places,
        "lorry": ["lorry0"],
        "good": [f"good{number}" for number in range(count)],
        "factory": [f"fac{number}" for number in range(count + 1)],
    }
    return problem("factories", objects, facts, [f"construct fac{count} {sites[-1]}"])


def logistics_learned(parcels: int, random: Random) -> str:
    """Return so many parcels in half as many cities of three places each."""
    cities = [f"city{number}" for number in range(max(2, parcels // 2))]
    places = [f"{city}-{each}" for city in cities for each in ("a", "b")]
    airports = [f"{city}-airport" for city in cities]
    facts = Facts(*(f"in-city {each} {each.partition('-')[0]}" for each in (*places, *airports)))
    trucks = [f"truck{number}" for number in range(len(cities))]
    for truck, city in zip(trucks, cities, strict=True):
        facts.add(f"at {truck} {city}-{random.choice('ab')}")
    planes = [f"plane{number}" for number in range(max(1, len(cities) // 3))]
    facts.add(*(f"at {plane} {random.choice(airports)}" for plane in planes))
    names = [f"parcel{number}" for number in range(parcels)]
    facts.add(*(f"at {name} {random.choice(places)}" for name in names))
    objects = {
        "place": places,
        "airport": airports,
        "city": cities,
        "truck": trucks,
        "airplane": planes,
        "parcel": names,
    }
    tasks = [f"achieve-at {name} {random.choice(places)}" for name in names]
    return problem("logistics_learned", objects, facts, tasks)


def depots(crates: int, random: Random) -> str:
    """Return crates in piles on three places, to be piled otherwise."""
    places = {"depot": ["depot0"], "distributor": ["dist0", "dist1"]}
    sites = [name for names in places.values() for name in names]
    names = [f"crate{number}" for number in range(crates)]
    pallets = [f"pallet{number}" for number in range(2 * len(sites))]
    facts = Facts(*(f"at truck{number} {random.choice(sites)}" for number in range(2)))
    for number, site in enumerate(sites):
        facts.add(f"at hoist{number} {site}", f"available hoist{number}")
    site_of = {pallet: sites[number % len(sites)] for number, pallet in enumerate(pallets)}
    facts.add(*(f"at {pallet} {site}" for pallet, site in site_of.items()))
    tops = {pallet: pallet for pallet in pallets}
    for name in random.sample(names, crates):
        pallet = random.choice(pallets[: len(sites)])
        facts.add(f"on {name} {tops[pallet]}", f"at {name} {site_of[pallet]}")
        tops[pallet] = name
    facts.add(*(f"clear {top}" for top in tops.values()))
    tasks: list[str] = []
    tops = {pallet: pallet for pallet in pallets}
    for name in random.sample(names, crates):
        pallet = random.choice(pallets[len(sites) :])
        tasks.append(f"do_put_on {name} {tops[pallet]}")
        tops[pallet] = name
    objects = {
        **places,
        "truck": ["truck0", "truck1"],
        "hoist": [f"hoist{number}" for number in range(len(sites))],
        "pallet": pallets,
        "crate": names,
    }
    return problem("depots", objects, facts, tasks)


def assembly(depth: int, random: Random) -> str:
    """Return devices in a row, each with ports for its neighbours and some for others."""
    devices = [f"device{number}" for number in range(depth + 2)]
    facts = Facts("signal picture device0")
    ports: list[str] = []
    for number, (one, two) in enumerate(pairwise(devices)):
        out, into = f"out{number}", f"in{number}"
        ports += [out, into]
        facts.add(f"port_of {one} {out}", f"port_of {two} {into}", f"outward {out}")
        facts.add(f"inward {into}", f"fits {out} {into}")
    for number in range(depth):
        port = f"spare{number}"
        ports.append(port)
        facts.add(f"port_of {random.choice(devices)} {port}", f"inward {port}")
    objects = {"device": [*random.sample(devices, len(devices)), "picture"], "port": ports}
    return problem("assembly", objects, facts, [f"route picture device0 {devices[-1]}"])


def woodworking(parts: int, random: Random) -> str:
    """Return parts to be cut from too few boards and finished on machines."""
    woods, colours = ["oak", "pine"], ["red", "blue", "white"]
    sizes = {"small": 1, "medium": 2, "large": 3}
    facts = Facts("is-smooth smooth", "is-smooth verysmooth")
    facts.add("grind-treatment-change varnished colourfragments")
    facts.add("grind-treatment-change untreated untreated")
    facts.add("grind-treatment-change glazed untreated")
    for colour, machine in product(colours, ("spray", "immerse", "glaze")):
        facts.add(f"has-colour {machine} {colour}")
    names = [f"p{number}" for number in range(parts)]
    used = dict.fromkeys(woods, 0)
    tasks: list[str] = []
    for name in names:
        wood, size = random.choice(woods), random.choice(list(sizes))
        used[wood] += sizes[size]
        facts.add(f"unused {name}", f"goalsize {name} {size}")
        surface = random.choice(["smooth", "verysmooth"])
        treatment = random.choice(["varnished", "glazed"])
        tasks.append(f"process {name} {wood} {surface} {treatment} {random.choice(colours)}")
    boards, longest = _boards(used, facts, random)
    facts.add(*(f"boardsize-successor s{number} s{number + 1}" for number in range(longest)))
    objects = {
        "awood": woods,
        "acolour": colours,
        "part": names,
        "board": boards,
        "aboardsize": [f"s{number}" for number in range(longest + 1)],
        "saw": ["saw"],
        "grinder": ["grinder"],
        "planer": ["planer"],
        "spray-varnisher": ["spray"],
        "immersion-varnisher": ["immerse"],
        "glazer": ["glaze"],
    }
    return problem("woodworking", objects, facts, tasks)


def _boards(used: dict[str, int], facts: Facts, random: Random) -> tuple[list[str], int]:
    """Add boards that are hardly enough; return them, and the longest one's size."""
    boards: list[str] = []
    longest = 0
    for wood, wanted in used.items():
        left = wanted
        while left > 0:
            size = random.randint(4, 8)
            board = f"board{len(boards)}"
            boards.append(board)
            longest = max(longest, size)
            facts.add(f"available {board}", f"wood {board} {wood}", f"boardsize {board} s{size}")
            facts.add(f"surface-condition {board} rough")
            left -= size - 1
    return boards, longest


def building(side: int, random: Random) -> str:
    """Return a world of so many coordinates a side, and two walls to build in it."""
    axes = [[f"{axis}{number}" for number in range(side)] for axis in "xyz"]
    facts = Facts()
    for axis, names in zip("xyz", axes, strict=True):
        facts.add(*(f"next_{axis} {one} {two}" for one, two in pairwise(names)))
    spots = {at: f"spot-{at[0]}-{at[1]}-{at[2]}" for at in product(range(side), repeat=3)}
    for (column, row, level), name in spots.items():
        facts.add(f"position {name} x{column} y{row} z{level}")
        east, north = spots.get((column + 1, row, level)), spots.get((column, row + 1, level))
        above = spots.get((column, row, level + 1))
        facts.add(*([f"beside {name} {east} eastward"] if east else []))
        facts.add(*([f"beside {name} {north} northward"] if north else []))
        facts.add(*([f"above {above} {name}"] if above else []))
        for right, back, height in product((-1, 0, 1), (-1, 0, 1), range(min(4, side))):
            other = spots.get((column + right, row + back, height))
            if level == 0 and other is not None and (right or back):
                facts.add(f"reach {name} {other}")
    facts.add(f"at {spots[random.randrange(side), 0, 0]}")
    height = min(3, side - 1)
    tasks = [
        f"wall spot-0-{side - 1}-0 eastward z0 z{height} x{side - 1}",
        f"wall spot-{side - 1}-0-0 northward z0 z{height} x{side - 2}",
    ]
    objects = {"spot": list(spots.values()), "x": axes[0], "y": axes[1], "z": axes[2]}
    return problem("building", objects, facts, tasks)


def barman(shots: int, random: Random) -> str:
    """Return so many shots, each to be filled with a drink."""
    ingredients = [f"ingredient{number}" for number in range(4)]
    cocktails = [f"cocktail{number}" for number in range(shots)]
    names = [f"shot{number}" for number in range(shots + 1)]
    facts = Facts("ontable shaker0", "clean shaker0", "empty shaker0", "handempty left")
    facts.add("handempty right", "shaker-empty-level shaker0 l0", "shaker-level shaker0 l0")
    facts.add("next l0 l1", "next l1 l2")
    for name in names:
        facts.add(f"ontable {name}", f"clean {name}", f"empty {name}")
    facts.add(*(f"dispenses dispenser{at} {each}" for at, each in enumerate(ingredients)))
    for cocktail in cocktails:
        one, two = random.sample(ingredients, 2)
        facts.add(f"cocktail-part1 {cocktail} {one}", f"cocktail-part2 {cocktail} {two}")
    drinks = random.sample([*ingredients, *cocktails], shots)
    objects = {
        "hand": ["left", "right"],
        "level": ["l0", "l1", "l2"],
        "dispenser": [f"dispenser{number}" for number in range(len(ingredients))],
        "ingredient": ingredients,
        "cocktail": cocktails,
        "shot": names,
        "shaker": ["shaker0"],
    }
    tasks = [f"achieve {shot} {drink}" for shot, drink in zip(names, drinks, strict=False)]
    return problem("barman", objects, facts, tasks)
