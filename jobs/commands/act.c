#include "commands/act.h"
#include "base/log.h"
#include "base/str.h"
#include <pwd.h>
#include <unistd.h>

enum { WORDS_BYTES = 400 };

/* Options whose values may be read by everybody who reads the log. */
static const char *const shown[] = { "--role", "--run", "--months", "--count", "--value" };

static bool is_shown(const char *option)
{
    for (size_t i = 0; i < COUNT(shown); i++)
        if (str_eq(shown[i], option))
            return true;
    return false;
}

static const char *shell_user(void)
{
    const struct passwd *p = getpwuid(getuid());
    return p ? p->pw_name : "?";
}

const char *act_shell(struct arena *a)
{
    const char *sudo = getenv("SUDO_USER");

    return sudo ? arena_printf(a, "%s for %s", shell_user(), sudo) : arena_str(a, shell_user());
}

void act_log(enum rc rc, int argc, char **argv)
{
    const char *sudo = getenv("SUDO_USER");
    char words[WORDS_BYTES] = "";
    size_t n = 0;

    for (int i = 0; i < argc && n < sizeof(words) - 1; i++) {
        bool is_value = i && str_starts(argv[i - 1], "--") && !str_starts(argv[i], "--");
        bool hidden = strchr(argv[i], '@') || (is_value && !is_shown(argv[i - 1]));
        int wrote = snprintf(words + n, sizeof(words) - n, " %s", hidden ? "..." : argv[i]);
        n += (size_t)MAX_OF(wrote, 0);
    }
    log_security(rc_name(rc), "command by %s%s%s:%s", shell_user(), sudo ? " for " : "",
                 sudo ? sudo : "", words);
}
