#include "app/notify/queue.h"

WORDS(mail_state, "mail.state", [MAIL_WAITING] = "waiting", [MAIL_SENDING] = "sending",
      [MAIL_SENT] = "sent", [MAIL_DEAD] = "dead", [MAIL_DROPPED] = "dropped");
