#include "app/moderation/appeal.h"

WORDS(appeal_side, "appeal.side", [SIDE_CREATOR] = "creator", [SIDE_REPORTER] = "reporter",
      [SIDE_COUNTER] = "counter");
WORDS(appeal_state, "appeal.state", [APPEAL_OPEN] = "open", [APPEAL_UPHELD] = "upheld",
      [APPEAL_OVERTURNED] = "overturned");
