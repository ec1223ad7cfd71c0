#include "app/moderation/decision.h"

WORDS(content_act, "decision.content decision.content_was", [CONTENT_NONE] = "none",
      [CONTENT_HIDE] = "hide", [CONTENT_LIMIT] = "limit", [CONTENT_REMOVE] = "remove");
WORDS(member_act, "decision.member", [MEMBER_NONE] = "none", [MEMBER_WARN] = "warn",
      [MEMBER_SUSPEND] = "suspend", [MEMBER_BAN] = "ban");
WORDS(money_act,
      "decision.money", [MONEY_NONE] = "none", [MONEY_CREATOR] = "creator", [MONEY_POOL] = "pool");
WORDS(decision_ground,
      "decision.ground", [GROUND_NONE] = "none", [GROUND_LAW] = "law", [GROUND_RULES] = "rules");
