"""Which units a cell of the plan names.

Plain functions on plain values: nothing here imports Django. The plan prints one department in
many spellings, and its cells have lost the line breaks between units, so names are compared by
their content words, and a cell is cut into the pieces that known units explain best. Nothing is
guessed silently: an unclear name has no unit, only ranked guesses for a person to choose from.

Source: docs/domain.md, "The real plan" and "Imports".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from activities.names import fold, repair
from indicators.cells import DASHES


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit the database knows; ``kind`` is department, branch, institution or group."""

    id: Hashable
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    short_name: str = ""
    parent: Hashable | None = None

    @property
    def spellings(self) -> Iterator[str]:
        yield from filter(None, (self.name, self.short_name, *self.aliases))


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A piece of a cell as printed, and its unit; None if nobody knows it or it is unclear."""

    text: str
    unit: KnownUnit | None
    guesses: tuple[KnownUnit, ...] = ()


# --- Words --------------------------------------------------------------------------------------


class WordRole(Enum):
    """What a word does in a unit's name."""

    CONTENT = "content"
    WORK = "hizmetleri, işleri"
    DAIRE = "daire"
    OFFICE = "başkanlığı"
    SUBE = "şube"
    MUDURLUK = "müdürlüğü"
    JOIN = "ve"
    OWN = "mbb"


_WORDS: dict[WordRole, str] = {
    WordRole.WORK: "hizmetleri hizmetler hizmet hizm hiz isleri isler isl",
    WordRole.DAIRE: "dairesi daire dai d db",
    WordRole.OFFICE: "baskanligi baskanliklari baskanlik baskani bask bsk bskligi bskl b",
    WordRole.SUBE: "sube sb",
    WordRole.MUDURLUK: "mudurlugu mudurlukleri mudurluk muduru mud md",
    WordRole.JOIN: "ve ile",
    WordRole.OWN: "mbb",
    # A ministry, one letter from a presidency.
    WordRole.CONTENT: "bakanligi bakanlik",
}
_ROLES = {word: role for role, words in _WORDS.items() for word in words.split()}
# Long enough to be known with a letter lost or their end cut off.
_SOLID = ("hizmetleri", "dairesi", "baskanligi", "mudurlugu")
_ENDINGS = {WordRole.DAIRE, WordRole.OFFICE, WordRole.SUBE, WordRole.MUDURLUK}
# Where an unknown name ends, besides the endings above.
_FOREIGN_ENDINGS = {"bakanligi", "valiligi", "kaymakamligi"}


@lru_cache(maxsize=16_384)
def role_of(word: str) -> WordRole:
    """Return the role of a folded word."""
    if word in _ROLES:
        return _ROLES[word]
    for solid in _SOLID:
        cut_off = len(word) >= 5 and solid.startswith(word)
        if cut_off or (len(word) >= 6 and one_edit_apart(word, solid)):
            return _ROLES[solid]
    return WordRole.CONTENT


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter lost, added, changed or swapped makes the words equal."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    return (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name, read: its content words, and what its generic words say."""

    full: str
    content: tuple[str, ...]
    rank: WordRole | None  # DAIRE, SUBE or MUDURLUK, which cannot stand for each other
    work: str  # "h" hizmetleri, "i" işleri, "" neither
    closed: bool  # ends in a generic ending, so nothing can belong to it after that

    @property
    def key(self) -> frozenset[str]:
        return frozenset(self.content or self.full.split())


def read_name(words: Sequence[str]) -> Name:
    """Return what folded words say as a name."""
    roles = [role_of(word) for word in words]
    ranks = [role for role in (WordRole.DAIRE, WordRole.SUBE, WordRole.MUDURLUK) if role in roles]
    works = [word[0] for word, role in zip(words, roles, strict=True) if role is WordRole.WORK]
    return Name(
        full=" ".join(words),
        content=tuple(w for w, role in zip(words, roles, strict=True) if role is WordRole.CONTENT),
        rank=ranks[0] if ranks else None,
        work=works[-1] if works else "",
        closed=bool(roles) and roles[-1] in _ENDINGS,
    )


# --- One name against the known ones ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way a known unit is written."""

    unit: KnownUnit
    name: Name
    rank: WordRole | None

    def may_be(self, name: Name) -> bool:
        """Whether the ranks agree: a branch or an office is never a department."""
        if name.rank is None or name.rank is self.rank:
            return True
        if name.rank is WordRole.DAIRE:
            return self.rank is None and self.unit.kind == "department"
        return self.rank is None or (name.rank is WordRole.MUDURLUK and self.rank is WordRole.SUBE)

    def contradicts(self, name: Name) -> bool:
        """Whether one says hizmetleri, the other işleri; or a branch is called a service."""
        if not name.work or name.work == self.name.work:
            return False
        return bool(self.name.work) or (self.unit.kind == "branch" and name.rank is None)


@dataclass(frozen=True, slots=True)
class Near:
    """How well a spelling explains a name that is not exactly it."""

    score: float
    acceptable: bool
    unit: KnownUnit


@dataclass(frozen=True, slots=True)
class Verdict:
    """The unit of one name, whether it was exact, and who else it might be."""

    unit: KnownUnit | None = None
    exact: bool = False
    guesses: tuple[KnownUnit, ...] = ()


# By how much the best of several near names must lead.
MARGIN = 0.15
GUESSES = 3
_WORTH_A_GUESS = 0.25
_WEIGHTS = {"same": 1.0, "slip": 0.9, "cut": 0.8, "other": 0.8}


def likeness(word: str, known: str) -> str:
    """Return how a printed word resembles a known one, as a key of ``_WEIGHTS``, or "".

    A "slip" lost, gained or swapped a letter; an "other" letter may be another word, as in
    Yapı and Yazı.
    """
    if word == known:
        return "same"
    if min(len(word), len(known)) >= 4 and one_edit_apart(word, known):
        swapped = sorted(word) == sorted(known)
        return "slip" if swapped or len(word) != len(known) else "other"
    return "cut" if len(word) >= 3 and known.startswith(word) else ""


class Index:
    """The known spellings, found by whole name, by content words, and by one word."""

    def __init__(self, units: Iterable[KnownUnit]) -> None:
        self._by_full: defaultdict[str, list[Spelling]] = defaultdict(list)
        self._by_key: defaultdict[frozenset[str], list[Spelling]] = defaultdict(list)
        self._by_word: defaultdict[str, list[Spelling]] = defaultdict(list)
        self._alike: dict[str, dict[str, str]] = {}
        self.longest = 0
        for unit in units:
            self._add(unit)

    def _add(self, unit: KnownUnit) -> None:
        own_rank = read_name(fold(repair(unit.name)).split()).rank
        for text in unit.spellings:
            words = fold(repair(text)).split()
            if not words:
                continue
            name = read_name(words)
            spelling = Spelling(unit, name, name.rank or own_rank)
            self._by_full[name.full].append(spelling)
            self._by_key[name.key].append(spelling)
            for word in name.key:
                self._by_word[word].append(spelling)
            self.longest = max(self.longest, len(words))

    def find(self, name: Name, kinds: Collection[str] | None = None) -> Verdict:
        """Return the one unit that the name can be, or guesses; never a doubtful unit."""
        same = [s for s in self._by_full.get(name.full, ()) if _wanted(s, kinds)]
        if len(_distinct(same)) > 1:
            same = [spelling for spelling in same if spelling.may_be(name)] or same
        return _decide(same) if same else self._by_content(name, kinds)

    def _by_content(self, name: Name, kinds: Collection[str] | None) -> Verdict:
        if not name.content or len(set(name.content)) < len(name.content):
            # Only generic words; or a word twice, which is two names.
            return Verdict()
        alike = [s for s in self._by_key.get(name.key, ()) if _wanted(s, kinds)]
        possible = [spelling for spelling in alike if spelling.may_be(name)]
        if alike and not possible:
            # "Sosyal Hizmetler Müdürlüğü": the department's words, but not a department.
            return Verdict()
        agreeing = [spelling for spelling in possible if not spelling.contradicts(name)]
        return _decide(agreeing) if agreeing else self._nearest(name, kinds)

    def _nearest(self, name: Name, kinds: Collection[str] | None) -> Verdict:
        ranking = _ranking(self._near(name, kinds))
        guesses = tuple(near.unit for near in ranking[:GUESSES])
        if not ranking or not ranking[0].acceptable:
            return Verdict(guesses=guesses)
        runner_up = ranking[1].score if len(ranking) > 1 else 0.0
        if ranking[0].score - runner_up < MARGIN:
            return Verdict(guesses=guesses)
        return Verdict(ranking[0].unit)

    def _near(self, name: Name, kinds: Collection[str] | None) -> Iterator[Near]:
        """Yield the spellings that contain every content word of the name."""
        alike = [self._resembling(word) for word in name.content]
        for spelling in self._holding(alike):
            if _wanted(spelling, kinds) and spelling.may_be(name):
                near = _compare(name, spelling, alike)
                if near is not None:
                    yield near

    def _resembling(self, word: str) -> dict[str, str]:
        """Return the known words that a printed word may be, and how."""
        if word not in self._alike:
            found = ((known, likeness(word, known)) for known in self._by_word)
            self._alike[word] = {known: how for known, how in found if how}
        return self._alike[word]

    def _holding(self, alike: Sequence[dict[str, str]]) -> list[Spelling]:
        """Return the spellings with one of the alike words in each place."""
        places = [{id(s): s for known in words for s in self._by_word[known]} for words in alike]
        common = set.intersection(*(set(place) for place in places))
        return [spelling for key, spelling in places[0].items() if key in common]

    def guesses(self, name: Name, kinds: Collection[str] | None = None) -> tuple[KnownUnit, ...]:
        """Return the units that share words with a name nobody knows, best first."""
        scores: dict[KnownUnit, float] = {}
        alike = [self._resembling(word) for word in name.content]
        touched = {id(s): s for words in alike for word in words for s in self._by_word[word]}
        for spelling in touched.values():
            if _wanted(spelling, kinds):
                score = _shared(alike, spelling)
                scores[spelling.unit] = max(score, scores.get(spelling.unit, 0.0))
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0].name))
        return tuple(unit for unit, score in ranked if score >= _WORTH_A_GUESS)[:GUESSES]


def _wanted(spelling: Spelling, kinds: Collection[str] | None) -> bool:
    return kinds is None or spelling.unit.kind in kinds


def _distinct(spellings: Iterable[Spelling]) -> tuple[KnownUnit, ...]:
    return tuple(dict.fromkeys(spelling.unit for spelling in spellings))


def _decide(spellings: Iterable[Spelling]) -> Verdict:
    """Return the unit that all these spellings belong to, or all their units as guesses."""
    units = _distinct(spellings)
    return Verdict(units[0], exact=True) if len(units) == 1 else Verdict(guesses=units)


def _ranking(found: Iterable[Near]) -> list[Near]:
    """Return the best near spelling of each unit, best unit first."""
    best: dict[KnownUnit, Near] = {}
    for near in found:
        held = best.get(near.unit)
        if held is None or (near.score, near.acceptable) > (held.score, held.acceptable):
            best[near.unit] = near
    return sorted(best.values(), key=lambda near: (-near.score, not near.acceptable))


def _kinship(alike: dict[str, str], spelling: Spelling) -> str:
    """Return the closest way in which a word is one of the spelling's words."""
    ways = {alike[word] for word in spelling.name.key if word in alike}
    return next((way for way in _WEIGHTS if way in ways), "")


def _shared(alike: Sequence[dict[str, str]], spelling: Spelling) -> float:
    weight = sum(_WEIGHTS.get(_kinship(words, spelling), 0.0) for words in alike)
    union = len(alike) + len(spelling.name.key) - weight
    return weight / union if union > 0 else 1.0


def _compare(name: Name, spelling: Spelling, alike: Sequence[dict[str, str]]) -> Near | None:
    known, printed = spelling.name.key, name.key
    if len(printed) > len(known):
        return None
    ways = [_kinship(words, spelling) for words in alike]
    score = _shared(alike, spelling)
    if spelling.contradicts(name):
        score -= 0.2
    elif name.work and name.work == spelling.name.work:
        score += 0.2
    acceptable = _fits(name, spelling, ways)
    return Near(score, acceptable, spelling.unit)


def _fits(name: Name, spelling: Spelling, ways: Sequence[str]) -> bool:
    """Whether a near name says enough to be taken without asking."""
    known, printed = spelling.name.key, name.key
    if len(printed) == 1 == len(known):
        # "Sağlık Hizmetleri D.B", "Ulaşm D.B"; but a short or bare word must be written right.
        slip_is_clear = len(name.content[0]) >= 5 and (name.closed or bool(name.work))
        return ways[0] == "same" or (ways[0] == "slip" and slip_is_clear)
    if "same" not in ways:
        return False
    if len(printed) == len(known):
        return True
    half = 2 * len(printed) >= len(known)
    starts_alike = spelling.name.content[:1] == name.content[:1]
    if name.closed:
        return half or starts_alike
    of_ours = spelling.unit.kind in {"department", "branch"}
    return half and len(printed) >= 2 and (starts_alike or of_ours)


# --- A cell -------------------------------------------------------------------------------------

_LINES = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
# A dash parts names where it stands alone; within a word it belongs to it.
_SEPARATORS = re.compile(rf"[;,/•·|]|(?<!\S)[{re.escape(''.join(sorted(DASHES)))}](?!\S)")
# "7. Ulaşım", "2) Kızılay"; what has no word beside its number is kept whole.
_NUMBER = re.compile(r"\d+(?:\.\d+)*\s*[.)]+\s*(?=\D*[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word, and whether it begins a line that may begin a name."""

    text: str
    folded: tuple[str, ...]
    new_line: bool = False

    @property
    def joins(self) -> bool:
        return bool(self.folded) and all(role_of(word) is WordRole.JOIN for word in self.folded)

    @property
    def ends(self) -> bool:
        """Whether a name usually ends with this word."""
        last = self.folded[-1]
        return role_of(last) in _ENDINGS or last in _FOREIGN_ENDINGS

    @property
    def is_acronym(self) -> bool:
        return len(self.text) >= 2 and self.text.isalpha() and self.text.isupper()

    @property
    def may_end_a_name(self) -> bool:
        """Whether a Turkish name can end here: an acronym, a plural or a possessive.

        "Mersin Barosu | Muhtarlık Dairesi" are two names; "Çevre Sağlık Dairesi" is one.
        """
        if self.joins:
            return False
        return self.is_acronym or self.ends or self.folded[-1].endswith(("lar", "ler", "i", "u"))


def read_words(part: str) -> list[Word]:
    """Return the words of a cell, or of its part between two separators."""
    words: list[Word] = []
    for line in _LINES.split(part):
        new_line = bool(words) and not _goes_on(line)
        for text in repair(line).split():
            if folded := tuple(fold(text).split()):
                words.append(Word(text, folded, new_line))
                new_line = False
    return words


def _goes_on(line: str) -> bool:
    """Whether a line cannot begin a name, so that the break before it only wrapped one."""
    roles = [role_of(word) for word in fold(repair(line)).split()]
    generic = all(role in _ENDINGS or role is WordRole.WORK for role in roles)
    return generic or roles[0] is WordRole.JOIN


class State(Enum):
    """What the last piece allows to follow it."""

    FREE = "nothing before, or a name that is certainly over"
    OPEN = "a known name that more words might continue"
    JOINED = "“ve” after such a name"
    OVER = "an unknown name with a generic ending"
    FULL = "an unknown name that may be over"
    LOOSE = "an unknown name that is not over"


_UNKNOWN = {State.OVER, State.FULL, State.LOOSE}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words ``start`` to ``stop`` of a cell, taken for one name."""

    start: int
    stop: int
    verdict: Verdict | None = None  # None: unknown


@dataclass(frozen=True, slots=True)
class Path:
    """The cheapest way found to read a cell up to some word."""

    cost: float = 0.0
    pieces: tuple[Piece, ...] = ()

    def plus(self, cost: float, *pieces: Piece) -> Path:
        return Path(self.cost + cost, self.pieces + pieces)


EXACT, NEAR, ACROSS_LINES, UNKNOWN, UNKNOWN_WORD, JOINER = 1.0, 2.0, 0.5, 4.0, 1.0, 0.1
# No cell names more; a longer text is prose, and is left whole.
MOST_WORDS = 80


@dataclass(slots=True)
class Segmentation:
    """Words without separators, cut so that known units explain the most in the fewest pieces."""

    words: list[Word]
    index: Index
    _verdicts: dict[tuple[int, int], Verdict] = field(default_factory=dict)

    def pieces(self) -> tuple[Piece, ...]:
        """Return the cheapest pieces, by dynamic programming over (word, state)."""
        best: list[dict[State, Path]] = [{} for _ in range(len(self.words) + 1)]
        best[0][State.FREE] = Path()
        for start in range(len(self.words)):
            for state, path in best[start].items():
                for stop, following, longer in self._steps(start, state, path):
                    held = best[stop].get(following)
                    if held is None or longer.cost < held.cost:
                        best[stop][following] = longer
        return min(best[-1].values(), key=lambda path: path.cost).pieces

    def _steps(self, start: int, state: State, path: Path) -> Iterator[tuple[int, State, Path]]:
        if self._is_joiner(start, state, path):
            yield start + 1, self._after_joiner(state), path.plus(JOINER)
        for stop in range(start + 1, len(self.words) + 1):
            verdict = self._known(start, stop, state)
            if verdict is not None:
                cost = (EXACT if verdict.exact else NEAR) + ACROSS_LINES * self._lines(start, stop)
                piece = Piece(start, stop, verdict)
                yield stop, self._after_known(stop), path.plus(cost, piece)
        if self._may_be_unknown(start, state):
            for stop in range(start + 1, self._line_end(start) + 1):
                cost = UNKNOWN + UNKNOWN_WORD * (stop - start)
                yield stop, self._after_unknown(stop), path.plus(cost, Piece(start, stop))

    # Boundaries

    def _line_end(self, start: int) -> int:
        stops = (i for i in range(start + 1, len(self.words)) if self.words[i].new_line)
        return next(stops, len(self.words))

    def _at_boundary(self, place: int) -> bool:
        return place == len(self.words) or self.words[place].new_line

    def _lines(self, start: int, stop: int) -> int:
        return sum(word.new_line for word in self.words[start + 1 : stop])

    # Joiners: "STK'lar ve Paydaşlar"

    def _is_joiner(self, start: int, state: State, path: Path) -> bool:
        if not self.words[start].joins or not path.pieces or start + 1 == len(self.words):
            return False
        last = path.pieces[-1].verdict
        if state is State.OPEN:
            # "Sağlık ve Sosyal Hizmetler D.B" would be another department.
            unit = last.unit if last else None
            return unit is not None and unit.kind not in {"department", "branch"}
        return state in {State.FREE, State.OVER}

    def _after_joiner(self, state: State) -> State:
        return State.JOINED if state is State.OPEN else State.FREE

    # Known pieces

    def _known(self, start: int, stop: int, state: State) -> Verdict | None:
        """Return the verdict if these words may stand as a known name here."""
        if stop - start > self.index.longest + 4 or state is State.LOOSE:
            return None
        first = self.words[start]
        if (first.joins or first.ends) and not self._whole(start, stop):
            return None
        verdict = self._verdict(start, stop)
        if verdict.unit is None or not self._fits(start, stop, state, verdict):
            return None
        return verdict

    def _fits(self, start: int, stop: int, state: State, verdict: Verdict) -> bool:
        closed, at_end = self.words[stop - 1].ends, self._at_boundary(stop)
        if self.words[stop - 1].joins and not at_end:
            return False
        if not verdict.exact and self._lines(start, stop):
            return False
        if state is State.FULL:
            return closed and verdict.exact
        if state is State.OVER:
            return closed or (verdict.exact and stop - start >= 2)
        return verdict.exact or closed or at_end

    def _whole(self, start: int, stop: int) -> bool:
        return start == 0 and stop == len(self.words)

    def _verdict(self, start: int, stop: int) -> Verdict:
        if (start, stop) not in self._verdicts:
            self._verdicts[start, stop] = self.index.find(_name_of(self.words[start:stop]))
        return self._verdicts[start, stop]

    def _after_known(self, stop: int) -> State:
        over = self.words[stop - 1].ends or self._at_boundary(stop)
        return State.FREE if over else State.OPEN

    # Unknown pieces

    def _may_be_unknown(self, start: int, state: State) -> bool:
        if state in _UNKNOWN or state is State.JOINED:
            return False
        # "Sağlık Platformu" is not the health department and a platform; "… MERCEK" is a name.
        return state is State.FREE or (self.words[start].is_acronym and not self._all_capitals)

    @property
    def _all_capitals(self) -> bool:
        return all(word.text.isupper() for word in self.words)

    def _after_unknown(self, stop: int) -> State:
        last = self.words[stop - 1]
        if self._at_boundary(stop):
            return State.FREE
        if last.ends:
            return State.OVER
        return State.FULL if last.may_end_a_name else State.LOOSE


def _name_of(words: Iterable[Word]) -> Name:
    return read_name([folded for word in words for folded in word.folded])


def _without_number(text: str) -> str:
    """Return a name without the number that a heading or a list gives it."""
    number = _NUMBER.match(text)
    return text[number.end() :] if number else text


def _text_of(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def _ended_names(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Cut unknown words after each generic ending: "… Başkanlığı | … Müdürlüğü"."""
    start = 0
    for place in range(1, len(words)):
        over = words[place - 1].ends and not words[place].ends and not words[place].joins
        if over and _name_of(words[start:place]).content:
            yield words[start:place]
            start = place
    yield words[start:]


# --- The matcher --------------------------------------------------------------------------------


class UnitMatcher:
    """Finds the known units in printed names and cells; keeps every answer it gave."""

    def __init__(self, units: Iterable[KnownUnit]) -> None:
        self._index = Index(units)
        self._names: dict[tuple[str, frozenset[str] | None], UnitMatch] = {}
        self._cells: dict[str, tuple[UnitMatch, ...]] = {}

    def match(self, name: str, *, only: Collection[str] | None = None) -> UnitMatch:
        """Return the unit of one name, such as a heading; ``only`` limits its kind."""
        asked = (name, None if only is None else frozenset(only))
        if asked not in self._names:
            self._names[asked] = self._match(*asked)
        return self._names[asked]

    def split(self, cell: str) -> tuple[UnitMatch, ...]:
        """Return the units that a cell names, as printed; () for a dash or an empty cell."""
        if cell not in self._cells:
            self._cells[cell] = self._split(cell)
        return self._cells[cell]

    def _match(self, text: str, kinds: frozenset[str] | None) -> UnitMatch:
        clean = _without_number(repair(text))
        name = read_name(fold(clean).split())
        verdict = self._index.find(name, kinds)
        if verdict.unit is not None:
            return UnitMatch(clean, verdict.unit)
        return UnitMatch(clean, None, verdict.guesses or self._index.guesses(name, kinds))

    def _split(self, cell: str) -> tuple[UnitMatch, ...]:
        parts = _SEPARATORS.split(cell)
        # A separator may stand inside a name: "Basın, Yayın ve Halkla İlişkiler".
        if self._is_exact(cell) and not (len(parts) > 1 and all(map(self._is_exact, parts))):
            return (UnitMatch(repair(cell), self._whole(cell).unit),)
        if len(parts) > 1:
            return tuple(match for part in parts for match in self.split(part))
        return tuple(self._cut(cell))

    def _whole(self, cell: str) -> Verdict:
        return self._index.find(_name_of(read_words(cell)))

    def _is_exact(self, cell: str) -> bool:
        return self._whole(cell).exact

    def _cut(self, part: str) -> Iterator[UnitMatch]:
        words = read_words(part)
        if len(words) > MOST_WORDS:
            yield UnitMatch(repair(part), None)
        elif words:
            for piece in Segmentation(words, self._index).pieces():
                yield from self._read(piece, words)

    def _read(self, piece: Piece, words: Sequence[Word]) -> Iterator[UnitMatch]:
        printed = words[piece.start : piece.stop]
        if piece.verdict is not None:
            yield UnitMatch(_text_of(printed), piece.verdict.unit)
            return
        for part in _ended_names(printed):
            yield self._match(_text_of(part), None)
