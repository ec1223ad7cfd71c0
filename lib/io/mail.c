#include "io/mail.h"
#include "base/conf.h"

bool mail_is_on(void) { return conf()->mail != MAIL_NONE; }
