"""What the village talks about: one theme a community, with its tags and its moods."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """A community's subject. The first tags are the ones it uses most."""

    name: str
    tags: tuple[str, ...]
    moods: tuple[str, ...]
    """Words of `graph.moods`, the commonest first."""


def _theme(name: str, tags: str, moods: str) -> Theme:
    return Theme(name, tuple(tags.split(", ")), tuple(moods.split()))


THEMES: tuple[Theme, ...] = (
    _theme(
        "Kitchen",
        "sourdough, ramen, fermenting, street food, knife skills, brunch, spices, pickles",
        "happy grateful playful nostalgic",
    ),
    _theme(
        "Trails",
        "hiking, wild camping, ridge walks, trail running, maps, lakes, birdwatching, alpine",
        "calm motivated excited reverent",
    ),
    _theme(
        "Music Room",
        "jazz, synths, vinyl, open mic, guitar, choir, drumming, home studio",
        "excited nostalgic inspired loving",
    ),
    _theme(
        "Workshop",
        "woodwork, soldering, robots, bike repair, printing, retro computers, tools, welding",
        "curious confident motivated thoughtful",
    ),
    _theme(
        "Night Sky",
        "astronomy, telescopes, meteors, rockets, eclipses, star maps, deep sky, aurora",
        "curious reverent surprised calm",
    ),
    _theme(
        "Book Nook",
        "poetry, crime novels, essays, book club, translation, short stories, libraries, letters",
        "thoughtful sincere sad hopeful",
    ),
    _theme(
        "Garden",
        "seedlings, compost, roses, bees, greenhouse, mushrooms, orchards, ponds",
        "calm hopeful grateful curious",
    ),
    _theme(
        "Game Table",
        "board games, chess, puzzles, speedruns, dice, card tricks, pixel art, arcade",
        "playful excited surprised confident",
    ),
    _theme(
        "Studio",
        "watercolour, ceramics, collage, life drawing, murals, weaving, calligraphy, linocut",
        "inspired thoughtful happy lonely",
    ),
    _theme(
        "Team Hall",
        "football, climbing, rowing, swimming, stretching, marathon, skating, judo",
        "motivated confident angry happy",
    ),
)
"""A village of more communities than themes meets a theme again, with numbered tags."""

ADJECTIVES = (
    "amber brisk calm dusky early faint gentle hazel inky jolly keen lunar mossy nimble oaken "
    "pale quiet rusty silver tawny upland velvet wary young zesty bright copper drowsy elder frosty"
).split()
NOUNS = (
    "badger beacon brook cedar comet crane dune ember fern finch gale harbor heron iris juniper "
    "kelp lantern lark maple meadow newt otter pebble quill raven reed sparrow thistle willow wren"
).split()
SYLLABLES = "ba do fe gi ka lo mu ne pi ra so tu va wi zo".split()

PATTERNS = (
    "{adjective} {tag}",
    "One {adjective} morning of {tag}",
    "{tag} on this {adjective} evening",
    "What the {noun} taught me about {tag}",
    "My {adjective} {noun} and {tag}",
    "{tag}, one {adjective} day at a time",
)
"""Forms of a title; the adjective, noun and tag are words of this module."""
