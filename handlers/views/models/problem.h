/*
 * problem: why a form was refused.
 */
#ifndef MODELS_PROBLEM_H
#define MODELS_PROBLEM_H
#include "base/problem.h"
#include "web/html.h"

/* Every field that has to be corrected. */
struct wrong {
    struct problem_list list;
};
void view_problems(struct sb *o, const struct wrong *m);
#endif
