"""Everything that can go wrong here, as one tree.

::

    ResonanceError                 one sentence: what, where, what to do
    |-- ConfigError                a setting is missing, malformed or contradicts another
    |-- QueryError                 a query and its caller disagree
    |   |-- UnknownQuery           no file under cypher/ declares that name
    |   |-- ParameterError         parameters missing, unknown, or of another type
    |   `-- QueryFileError         a file under cypher/ cannot be read as queries
    |-- StoreError                 the engine refused or failed
    |   |-- StoreUnavailable       not reachable, not open, locked by another process
    |   |-- CredentialsRefused     the server turned the name and password away
    |   |-- StoreFull              no room left on the disk, or it takes no writes
    |   |-- SchemaNewer            the graph was made by a later version of Resonance
    |   `-- StatementFailed        the engine could not run a query
    |-- LoadError                  a source cannot be loaded
    |   |-- SourceUnavailable      the source does not answer, or not within its time
    |   |-- SourceRefused          the source turned the token or the request away
    |   |-- MalformedSource        the source answered, in a shape that is not its own
    |   `-- RowRefused             a strict load met a row that it cannot take
    |-- ModelError                 training or a trained model
    |   |-- NotEnoughData          too few links to split, train or evaluate
    |   |-- ModelMissing           no model where one was asked for
    |   `-- ModelMismatch          the model was trained for another vocabulary or version
    |       `-- ModelOutdated      it is whole, and of another format
    |-- CursorRefused              a feed's cursor is forged, expired or of another request
    |-- SteeringRefused            what a viewer steers by is malformed or contradicts itself
    |-- MemoryUnavailable          a file that is kept beside the graph cannot be read or written
    |-- NoSuchViewer               nobody in the graph is of that name
    |   `-- AmbiguousViewer        several are
    |-- KeyRefused                 a key cannot be made, or revoked, under that name
    |-- KeysUnavailable            the file of keys cannot be read or written
    |-- CredentialRefused          a key or a token does not prove who asks
    |-- AccessUndeclared           a route does not say who may ask it
    `-- ActionRefused              somebody may not do this, or not now; nothing was changed
        |-- NotThere               what it is about is not there, or not for them to see
        |-- NotTheirs              they may see it, and it is for others to do
        `-- Contradiction          it contradicts what is so
            `-- UnderWay           it is being done yet
"""

import re

_GENERAL = re.compile(r"(?:[a-z ]+ exception: )?(?:(?!\bvalue\b)[^\"'=:])*", re.IGNORECASE)


class ResonanceError(Exception):
    """The root: `str()` of it is one sentence that a person can act on."""


class ConfigError(ResonanceError):
    """A setting is missing, malformed or contradicts another."""


class QueryError(ResonanceError):
    """A query and its caller disagree."""


class UnknownQuery(QueryError):
    """No file under ``cypher/`` declares that name."""


class ParameterError(QueryError):
    """Parameters are missing, unknown, or of another type than declared."""


class QueryFileError(QueryError):
    """A file under ``cypher/`` cannot be read as queries."""


class StoreError(ResonanceError):
    """The engine refused or failed."""


class StoreUnavailable(StoreError):
    """The store is not reachable, not open, or locked by another process."""


class CredentialsRefused(StoreError):
    """The server turned the name and password away."""


class StoreFull(StoreError):
    """No room is left on the store's disk, or it takes no writes."""


class SchemaNewer(StoreError):
    """The graph's schema is of a later version than this code knows."""


class StatementFailed(StoreError):
    """The engine could not run a query.

    The message may be logged, and ends before what an engine may quote (`without_values`); the
    whole is its cause.
    """


class LoadError(ResonanceError):
    """A source cannot be loaded."""


class SourceUnavailable(LoadError):
    """The source does not answer, or not within its time."""


class SourceRefused(LoadError):
    """The source turned the token or the request away."""


class MalformedSource(LoadError):
    """The source answered in a shape that is not its own."""


class RowRefused(LoadError):
    """A strict load met a row that it cannot take."""


class ModelError(ResonanceError):
    """Training failed, or a trained model cannot be used."""


class NotEnoughData(ModelError):
    """There are too few links to split, train or evaluate."""


class ModelMissing(ModelError):
    """There is no model where one was asked for."""


class ModelMismatch(ModelError):
    """The model was trained for another vocabulary or format version."""


class ModelOutdated(ModelMismatch):
    """The model is whole, and of another format than this version reads."""


class CursorRefused(ResonanceError):
    """A feed's cursor is forged, expired or of another request."""


class SteeringRefused(ResonanceError):
    """What a viewer steers by is malformed or contradicts itself."""


class MemoryUnavailable(ResonanceError):
    """A file that is kept beside the graph cannot be read or written."""


class NoSuchViewer(ResonanceError):
    """Nobody in the graph is of that name."""


class AmbiguousViewer(NoSuchViewer):
    """Several in the graph are of that name; `user_ids` are theirs, ascending."""

    def __init__(self, message: str, user_ids: tuple[str, ...]):
        super().__init__(message)
        self.user_ids = user_ids


class KeyRefused(ResonanceError):
    """A key cannot be made, or revoked, under that name."""


class KeysUnavailable(ResonanceError):
    """The file of keys cannot be read or written."""


class CredentialRefused(ResonanceError):
    """A key or a token is malformed, unknown, expired or revoked; the message holds none of it."""


class AccessUndeclared(ResonanceError):
    """A route does not say who may ask it."""


class ActionRefused(ResonanceError):
    """Somebody may not do this, or not now; nothing was changed."""


class NotThere(ActionRefused):
    """What it is about is not there, or not for this person to see: nobody is told which."""


class NotTheirs(ActionRefused):
    """This person may see it, and it is for others to do."""


class Contradiction(ActionRefused):
    """It contradicts what is so; the sentence says what."""


class UnderWay(Contradiction):
    """The very same is being done, and takes long: what comes of it can be asked for later."""


def without_values(told: str) -> str:
    """What an engine says, up to where it may quote somebody's id, name or words.

    That is before the first quote, colon, equals sign or "value" after its kind of error.
    """
    said = _GENERAL.match(told)
    return said.group().strip(" :") if said else ""
