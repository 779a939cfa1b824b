"""What ``/openapi.json`` says of the operator's desk."""

from graph.report import COUNTS
from web.access_openapi import refusal
from web.actions_openapi import error_response, success
from web.errors import NOT_THERE
from web.openapi import FEED_RESPONSES, Json
from web.people_openapi import a_list, an_object, answers

Responses = dict[int | str, Json]

UNFIT = "The training cannot be read, or is of another graph: train on this one."

_TEXT: Json = {"type": "string"}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_TEXTS = a_list(_TEXT)
_COUNT: Json = {"type": "integer"}
_NUMBER: Json = {"type": "number"}
_COUNT_OR_NULL: Json = {"type": ["integer", "null"]}
_NUMBER_OR_NULL: Json = {"type": ["number", "null"]}
_TRUTH: Json = {"type": "boolean"}
_AT: Json = {"type": "integer", "description": "Unix seconds."}
_BY_NAME: Json = {"type": "object", "additionalProperties": _COUNT}
_STATUS: Json = {"status": _TEXT}
_DOCUMENT: Json = {"type": "object", "additionalProperties": True}
_TOLD: Json = {**an_object({"written_at": _AT, "report": _DOCUMENT}), "type": ["object", "null"]}

PAGE_RESPONSES: Responses = {
    200: {
        "description": "The page.",
        "content": {"text/html": {"schema": _TEXT, "example": "<!doctype html>..."}},
    }
}


def _asked(description: str, properties: Json, example: Json) -> Responses:
    """The answer, and the graph's failing; there is nothing to be said wrongly."""
    told = answers(description, an_object(_STATUS | properties), {"status": "success", **example})
    return {code: each for code, each in told.items() if code != 400}


GRAPH_RESPONSES = _asked(
    "What there is.",
    {
        "engine": _TEXT,
        "schema": {**_COUNT, "description": "The version of the graph's schema."},
        "counted_at": _AT,
        "rows": {**_BY_NAME, "description": "Nodes and edges, by the name of their file."},
        "stretch": {**_COUNT, "description": "Seconds of a stretch of `growth`."},
        "growth": {
            "type": "object",
            "description": "By kind: how many came to be in each stretch that has any.",
            "additionalProperties": a_list(an_object({"from": _AT, "rows": _COUNT})),
        },
        "load": {**_TOLD, "description": "The last load's report; null where there is none."},
        "loads": {
            **a_list(
                an_object(
                    {
                        "at": _AT,
                        "source": {**_TEXT, "description": "The command, and what it read."},
                        "by": {**_TEXT, "description": "The account that ran it."},
                        **dict.fromkeys(COUNTS, _COUNT),
                    }
                )
            ),
            "description": "The last loads, the latest first.",
        },
    },
    {
        "engine": "ladybug",
        "schema": 3,
        "counted_at": 1760000000,
        "rows": {"users": 120, "posts": 1500, "liked": 4100},
        "stretch": 2592000,
        "growth": {"posts": [{"from": 1757376000, "rows": 130}]},
        "load": {"written_at": 1759990000, "report": {"kinds": {}, "refused": [], "mended": {}}},
        "loads": [
            {
                "at": 1759990000,
                "source": "load socialverse",
                "by": "resonance",
                **dict.fromkeys(COUNTS, 0),
            }
        ],
    },
)
_TITLE: Json = {
    **_TEXT_OR_NULL,
    "description": "Null of a post that not everybody may see.",
}
_REASON = an_object(
    {
        "source": _TEXT,
        "share": _NUMBER,
        "path": a_list(an_object({"kind": _TEXT, "id": _TEXT_OR_NULL})),
    }
)
PREVIEWS_RESPONSES: Responses = {
    **answers(
        "The viewer's next first page, and each source by itself.",
        an_object(
            {
                **_STATUS,
                "viewer": an_object(
                    {
                        "user_id": {**_TEXT_OR_NULL, "description": "Null of a newcomer."},
                        "cold": {**_TRUTH, "description": "Whether no taste is known."},
                    }
                ),
                "learnt": {**_TRUTH, "description": "Whether a model has their vector."},
                "feed": a_list(
                    an_object(
                        {
                            "post_id": _TEXT,
                            "title": _TITLE,
                            "rank": _COUNT,
                            "score": _NUMBER,
                            "found_by": _TEXTS,
                            "reasons": a_list(_REASON),
                        }
                    )
                ),
                "sources": a_list(
                    an_object(
                        {
                            "source": _TEXT,
                            "ms": _NUMBER,
                            "found": _COUNT,
                            "posts": a_list(
                                an_object(
                                    {
                                        "post_id": _TEXT,
                                        "title": _TITLE,
                                        "score": {
                                            **_NUMBER,
                                            "description": "The source's own, on its own scale.",
                                        },
                                        "rank": {
                                            **_COUNT_OR_NULL,
                                            "description": "In the feed, as far as it was ranked.",
                                        },
                                        "left_out": {
                                            **_TEXTS,
                                            "description": "The rules that keep it from them.",
                                        },
                                    }
                                )
                            ),
                        }
                    )
                ),
                "degraded": _TEXTS,
            }
        ),
        {
            "status": "success",
            "viewer": {"user_id": "sv:user:42", "cold": False},
            "learnt": True,
            "feed": [
                {
                    "post_id": "sv:post:701",
                    "title": "A quiet morning of sourdough",
                    "rank": 1,
                    "score": 0.2177,
                    "found_by": ["interests", "popular"],
                    "reasons": [
                        {
                            "source": "interests",
                            "share": 1.0,
                            "path": [
                                {"kind": "user", "id": "sv:user:42"},
                                {"kind": "tag", "id": "sourdough"},
                                {"kind": "post", "id": "sv:post:701"},
                            ],
                        }
                    ],
                }
            ],
            "sources": [
                {
                    "source": "friends",
                    "ms": 0.4,
                    "found": 12,
                    "posts": [
                        {
                            "post_id": "sv:post:16",
                            "title": None,
                            "score": 1760000000.0,
                            "rank": None,
                            "left_out": ["privacy"],
                        }
                    ],
                }
            ],
            "degraded": [],
        },
    )
}
_TIMES: Json = {
    "asked": _COUNT,
    "mean_ms": _NUMBER_OR_NULL,
    "p50_ms": _NUMBER_OR_NULL,
    "p95_ms": _NUMBER_OR_NULL,
}
_TIMES_EXAMPLE: Json = {"asked": 310, "mean_ms": 1.2, "p50_ms": 0.8, "p95_ms": 4.1}
TIMES_RESPONSES = _asked(
    "Since the start of the server, of all its workers together.",
    {
        "sources": a_list(an_object({"source": _TEXT, **_TIMES, "left_out": _COUNT})),
        "routes": a_list(an_object({"method": _TEXT, "rule": _TEXT, **_TIMES, "failed": _COUNT})),
        "waiting": _BY_NAME,
        "streams": _COUNT,
    },
    {
        "sources": [{"source": "similar", **_TIMES_EXAMPLE, "left_out": 0}],
        "routes": [{"method": "GET", "rule": "/feed", **_TIMES_EXAMPLE, "failed": 0}],
        "waiting": {"act": 0, "read": 0},
        "streams": 3,
    },
)
EVALUATION_RESPONSES = _asked(
    "The evaluation.",
    {"evaluation": _TOLD},
    {
        "evaluation": {
            "written_at": 1759990000,
            "report": {"models": {}, "lists": {}, "calibration_error": 0.004},
        }
    },
)
_BY_MODEL: Json = {
    "type": "object",
    "description": "Of `resonance` and `popularity`.",
    "additionalProperties": _NUMBER,
}
_BINS = a_list(_NUMBER)
_ITSELF = an_object(
    {
        "judged_users": {**_COUNT, "description": "1,000 at most, of `users_to_judge`."},
        "users_to_judge": {**_COUNT, "description": "Who have links in valid."},
        "ndcg@10": _BY_MODEL,
        "recall_by_degree": {
            **an_object(
                {
                    "metric": _TEXT,
                    "links": _BINS,
                    "users": a_list(_COUNT),
                    "models": {"type": "object", "additionalProperties": _BINS},
                }
            ),
            "description": "By bins of users: their links before on the mean, how many they are, "
            "and each model's metric.",
        },
        "lists": {
            "type": "object",
            "description": "By model: coverage, novelty and, where posts have authors, Gini of "
            "authors of the first ten.",
            "additionalProperties": {"type": "object", "additionalProperties": _NUMBER},
        },
        "reliability": {
            **a_list(_BINS),
            "description": "Mean predicted and observed share, and pairs, of each bin.",
        },
        "calibration_error": {
            **_NUMBER_OR_NULL,
            "description": "Null where nothing could be held out inside train.",
        },
    }
)
_MODELS = {
    "models": a_list(
        an_object(
            {
                "name": _TEXT,
                "served": {**_TRUTH, "description": "From the next start on."},
                "ranks": {**_TRUTH, "description": "In this server, now."},
                "usable": {
                    **_TRUTH,
                    "description": "False: damaged, or of another version of Resonance.",
                },
                "created_at": _COUNT_OR_NULL,
                "seconds": _NUMBER_OR_NULL,
                "split": _TEXT_OR_NULL,
                "users": _COUNT_OR_NULL,
                "posts": _COUNT_OR_NULL,
                "links": _COUNT_OR_NULL,
                "valid": {"type": "object", "additionalProperties": _NUMBER_OR_NULL},
                "losses": {
                    **a_list(_NUMBER),
                    "description": "Of its epochs; none of a training that kept none.",
                },
                "best_epoch": {**_COUNT_OR_NULL, "description": "The one that is kept, from 1."},
                "evaluation": {
                    **_ITSELF,
                    "type": ["object", "null"],
                    "description": "What it found of itself on valid, by its decoder from before "
                    "that learnt from valid too, beside popularity; null of a training that is "
                    "older than that.",
                },
            }
        )
    ),
    "ranks": _TEXT_OR_NULL,
    "before": {**_TEXT_OR_NULL, "description": "What rolling back would serve."},
}
_MODELS_EXAMPLE: Json = {
    "models": [
        {
            "name": "20261126-072145",
            "served": True,
            "ranks": True,
            "usable": True,
            "created_at": 1759990000,
            "seconds": 41.2,
            "split": "time",
            "users": 120,
            "posts": 1500,
            "links": 9100,
            "valid": {"ndcg@10": 0.31, "ndcg@10_embedding": 0.27},
            "losses": [0.69, 0.58, 0.51, 0.5],
            "best_epoch": 3,
            "evaluation": {
                "judged_users": 96,
                "users_to_judge": 96,
                "ndcg@10": {"resonance": 0.31, "popularity": 0.12},
                "recall_by_degree": {
                    "metric": "recall@20",
                    "links": [4.0, 31.5],
                    "users": [50, 46],
                    "models": {"resonance": [0.28, 0.44], "popularity": [0.17, 0.2]},
                },
                "lists": {
                    "resonance": {"coverage@10": 0.38, "novelty@10": 4.1},
                    "popularity": {"coverage@10": 0.02, "novelty@10": 1.9},
                },
                "reliability": [[0.002, 0.0021, 120000], [0.11, 0.1, 900]],
                "calibration_error": 0.0008,
            },
        }
    ],
    "ranks": "20261126-072145",
    "before": None,
}
_NO_MODEL = error_response("No training of that name is kept here.", NOT_THERE)
_UNFIT = refusal("A training cannot be used.", UNFIT)
MODELS_RESPONSES: Responses = {
    **_asked("The trainings.", _MODELS, _MODELS_EXAMPLE),
    409: _UNFIT,
}
_CHANGED: Responses = {
    200: success(
        "The trainings as they are now.",
        an_object(_STATUS | _MODELS),
        {"status": "success", **_MODELS_EXAMPLE},
    ),
    400: FEED_RESPONSES[400],
    404: _NO_MODEL,
    503: FEED_RESPONSES[503],
}
PROMOTE_RESPONSES: Responses = {**_CHANGED, 409: _UNFIT}
ROLL_BACK_RESPONSES: Responses = {
    **_CHANGED,
    409: refusal(
        "It is not the one that is served, or nothing was before it.",
        "20261126-072145 is not the one that is served, or nothing was served before it.",
    ),
}
