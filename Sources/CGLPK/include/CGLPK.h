// One guarded call that solves an integer program with GLPK.
//
// GLPK ends the process when it meets an error of its own. Everything here runs inside one setjmp frame, so that such an
// error comes back as a status and a message; nothing is printed. GLPK keeps its state per thread: calls from several
// threads do not disturb each other, and every call leaves its thread without any GLPK state.
#ifndef CGLPK_H
#define CGLPK_H

#include <stdbool.h>
#include <stdint.h>

typedef enum cglpk_status {
    CGLPK_OPTIMAL = 0,        // the incumbent is proved optimal
    CGLPK_INFEASIBLE = 1,     // no solution exists
    CGLPK_STOPPED = 2,        // `remaining_milliseconds` answered 0
    CGLPK_TROUBLE = 3,        // GLPK gave up; `message` says how
    CGLPK_FATAL = 4,          // GLPK called its error routine; `message` holds what it said
    CGLPK_UNAVAILABLE = 5,    // built without GLPK
} cglpk_status;

// A program to minimise: `columns` integer variables and `rows` rows stored row by row.
//
// Row r holds the entries `row_start[r] ..< row_start[r + 1]` of `row_column` (0-based, no column twice in a row) and
// `row_coefficient`. An absent row bound is an infinity; every other number must be finite.
typedef struct cglpk_program {
    int32_t columns;
    const double *column_lower;
    const double *column_upper;
    const double *objective;
    double objective_constant;
    int32_t rows;
    const int32_t *row_start;
    const int32_t *row_column;
    const double *row_coefficient;
    const double *row_lower;
    const double *row_upper;
    // Called again and again: milliseconds left, INT32_MAX without a limit, 0 or less to stop. Must return normally.
    int32_t (*remaining_milliseconds)(void *context);
    void *context;
} cglpk_program;

typedef struct cglpk_result {
    cglpk_status status;
    bool has_incumbent;     // `values` and `objective` hold an integer solution
    double objective;       // as GLPK computed it
    double bound;           // lower bound on the optimum, -infinity when there is none
    int64_t nodes;          // nodes of the search tree looked at
    char message[256];      // ends with 0; empty when there is nothing to say
} cglpk_result;

// Whether GLPK is built in.
bool cglpk_available(void);

// Solves `program`. `values` has room for `columns` numbers and is written only when `has_incumbent` is true.
cglpk_result cglpk_solve(const cglpk_program *program, double *values);

// For tests: makes GLPK fail inside the guard. 0: its error routine, 1: a failed assertion, 2: a wrong argument,
// 3: its error routine from within the search. Always CGLPK_FATAL, or CGLPK_UNAVAILABLE.
cglpk_result cglpk_provoke_fatal_error(int kind);

#endif
