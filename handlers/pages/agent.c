#include "pages/agent.h"

struct sign {
    const char *mark, *name;
};

/* Browsers also name those they descend from, so the descendants come first; likewise for
 * systems. */
static const struct sign browsers[] = {
    { "Edg", "Edge" },         { "OPR/", "Opera" },     { "SamsungBrowser/", "Samsung Internet" },
    { "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" }, { "CriOS/", "Chrome" },
    { "Chrome/", "Chrome" },   { "Safari/", "Safari" }, { "curl/", "curl" },
};
static const struct sign systems[] = {
    { "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" },
    { "Windows", "Windows" }, { "Mac OS X", "Mac" },  { "CrOS", "ChromeOS" },
    { "Linux", "Linux" },
};

static const char *first_sign(const struct sign *signs, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(text, signs[i].mark))
            return signs[i].name;
    return NULL;
}

const char *agent_words(struct arena *a, const char *user_agent)
{
    const char *browser = first_sign(browsers, COUNT(browsers), user_agent),
               *system = first_sign(systems, COUNT(systems), user_agent);

    if (browser && system)
        return arena_printf(a, "%s on %s", browser, system);
    return browser ? browser : system ? system : "A program";
}
