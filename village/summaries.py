"""What language models wrote of a post's film (`post_summary`), in the two producers' key sets."""

from collections.abc import Sequence
from dataclasses import dataclass

from village.user_rows import family_name

Row = dict[str, object]


@dataclass(frozen=True)
class Film:
    """What a summary tells of; `place` varies the telling."""

    place: int
    text: str
    tags: Sequence[tuple[str, float]]
    """Tag and weight in 0..1."""
    terms: Sequence[str]
    """Terms of emotion."""

    def earlier(self, emotions: object) -> Row:
        """The earlier dialect, its key names as misspelt as upstream; some lack `emotions`."""
        told = {} if self.place % 400 == 399 else {"emotions": emotions}
        return (
            self._common()
            | told
            | {
                "actions": {"main_actions": ["walking"]},
                "audio_elements": {"specifics": ["voice"]},
                "entities": {"main_character": {"gender": "unsaid"}},
                "estimated_duration": "about a minute",
                "genre": "daily life" if self.place % 2 else ["daily life"],
                "no_of_person_in_video": str(self.place % 3) if self.place % 2 else self.place % 3,
                "other_person_details": [],
                "main_person_details": {
                    "name": f"Filmed {family_name(self.place)}",
                    "gender": "unsaid",
                },
                "targeted_audiance": {"groups": ["everyone"]},
                "topics_of_video": {"theme": "life"},
                "visual_elements_of_video": {"notable_features": []},
                "quality_indicators": {"marks": 7},
                "psycological_view_of_video": {"traits": ["open"]},
            }
        )

    def later(self) -> Row:
        """The later dialect: plain lists."""
        return self._common() | {
            "status": "success",
            "emotions": self.terms,
            "is_safe": True,
            "content_warnings": [],
            "topics": ["life"],
            "genre": "daily life",
            "target_audience": ["everyone"],
            "person_identity": {"name": f"Filmed {family_name(self.place)}", "gender": "unsaid"},
            "no_of_person_in_video": "1",
            "psychological_personality": ["open"],
        }

    def _common(self) -> Row:
        keywords: list[object] = [
            {"keyword": tag.title() if self.place % 3 else f" {tag}", "weight": round(weight * 10)}
            for tag, weight in self.tags
        ]
        return {
            "description": f"### Theme and Message\n{self.text}\n\n### Narrative Flow\nIt ends.",
            "keywords": [*keywords, {"keyword": "Video", "weight": 9}, "the"],
            "is_face_exist": self.place % 2 == 0,
        }
