// What the names of sources and of a score's parts stand for.

const MEANINGS = {
  interests: "tags that they picked",
  friends: "written by their friends",
  friends_engaged: "what their friends responded to",
  similar: "the same people engage with it as with what they know",
  friends_of_friends: "friends of friends wrote it or responded",
  near: "what people of like taste engaged with",
  groups: "posted in their groups",
  nearest: "nearest to their vector, as learnt",
  category: "best of the category asked for",
  mood: "evokes the mood asked for",
  tag: "best of the tag asked for",
  topic: "best of the topic asked for",
  group: "of the group asked for",
  project: "best of the project asked for",
  steered: "tags that they steer to",
  popular: "what most people engage with now",
  recent: "the newest posts",
  debuts: "newest of authors without an audience",
  network: "learnt half of the vectors (GraphSAGE)",
  taste: "linear half: who engages with what",
  taste_fine: "linear half, more weight on rare tastes",
  taste_broad: "linear half, more weight on broad tastes",
  tags: "tags of what they engaged with",
  exploration: "chance, for a newcomer",
  steering: "what they steer by",
  fatigue: "was shown to them lately",
  less: "like what they hid",
  less_friends: "brought by who brought what they hid",
};

export const meaning = (name) => MEANINGS[name] ?? "";
