/* numbers: rows of numbers, in SQL that MariaDB and MySQL both know.
 *
 *   "SELECT t.n FROM " TEN_THOUSAND " WHERE t.n <= 400"            t.n is 1 to 10,000
 *   "SELECT t.n + 10000 * x.d FROM " TEN_THOUSAND " JOIN " DIGIT("x")    x.d is 0 to 9
 */
#ifndef TESTS_NUMBERS_H
#define TESTS_NUMBERS_H

#define DIGIT(name) "JSON_TABLE('[0,1,2,3,4,5,6,7,8,9]', '$[*]' COLUMNS (d BIGINT PATH '$')) " name
#define TEN_THOUSAND                                                                               \
    "(SELECT 1 + d1.d + 10 * d2.d + 100 * d3.d + 1000 * d4.d AS n FROM " DIGIT(                    \
        "d1") " JOIN " DIGIT("d2") " JOIN " DIGIT("d3") " JOIN " DIGIT("d4") ") t"
#endif
