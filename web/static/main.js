// Sets the page going.

import { startAsking } from "./asks.js";
import { reload } from "./feed.js";
import { startGroup } from "./group.js";
import { startGroups } from "./groups.js";
import { startHappenings } from "./happenings.js";
import { icon } from "./icons.js";
import { begin as followInbox, startInbox } from "./inbox.js";
import { startKeys } from "./keys.js";
import { startPanels } from "./panels.js";
import { startPeople } from "./people.js";
import { startPerson } from "./person.js";
import { startSearch } from "./search.js";
import { begin } from "./session.js";
import { startTuning } from "./tune.js";
import { identify, startViewer } from "./viewer.js";
import { startWriting } from "./write.js";

for (const each of document.querySelectorAll("[data-icon]")) each.prepend(icon(each.dataset.icon));
begin();
for (const start of [
  startAsking, startViewer, startTuning, startPeople, startPerson, startGroups, startGroup,
  startHappenings, startWriting, startSearch, startInbox, startKeys,
]) {
  start();
}
startPanels();
reload();
identify();
followInbox();
