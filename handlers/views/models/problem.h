/*
 * problem: why a form was refused.
 */
#ifndef MODELS_PROBLEM_H
#define MODELS_PROBLEM_H
#include "base/base.h"
#include "web/html.h"
#endif
