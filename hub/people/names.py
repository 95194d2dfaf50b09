"""How names of people and of towns are shortened when people speak of them."""


def families(people: set[str]) -> set[str]:
    """Family names of two letters and more: what stands ahead of the space, or where there is none the first two
    letters, as most are."""
    ahead = {name.split()[0] if " " in name else name[:2] for name in people if len(name) > 2}
    return {family for family in ahead if len(family) > 1 and is_kanji(family)}


def is_kanji(text: str) -> bool:
    return all("\u4e00" <= letter <= "\u9fff" or letter == "々" for letter in text)


def stems(bodies: set[str]) -> set[str]:
    """前橋 of 前橋市: how people call their own town. 昭和 is an era far more often than a village."""
    return {name[:-1] for name in bodies if name[-1:] in "市町村" and len(name) > 2} - {"昭和"}
