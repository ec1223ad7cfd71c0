/*
 * fault: lets tests choose what goes wrong between two systems.
 *
 * Each exchange with another system (a statement, a COMMIT, a call of a payment provider) is a step;
 * steps are counted over the life of the process. In environment `test` the variable FAULT=WHAT:N
 * says what happens to the N-th, so that a test can fail each of them in turn:
 *
 *   lost      the request does not arrive
 *   unheard   it is done, but the answer does not come back
 *   before    the process is killed (SIGKILL) before it
 *   after     the process is killed right after it
 *
 *   enum fault f = fault_begin();
 *   if (f == FAULT_LOST)
 *       return RC_BUSY;
 *   enum rc rc = driver->send(db, a, &order, &fact);
 *   if (fault_end(f))
 *       rc = RC_FAIL;
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H
#include "base/base.h"

enum fault { FAULT_NONE, FAULT_LOST, FAULT_UNHEARD, FAULT_BEFORE, FAULT_AFTER };

/* A step begins; ends the process when its fault is `before`. */
enum fault fault_begin(void);

/* The step was done; ends the process when its fault is `after`. True: its answer is lost. */
bool fault_end(enum fault f);
#endif
