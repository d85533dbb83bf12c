#include "CGLPK.h"

#include <math.h>
#include <string.h>

#ifdef ENMUSUBI_GLPK

#include <glpk.h>
#include <float.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

// Everything that outlives a jump. It lies in the caller's frame, so no local variable is lost to longjmp.
typedef struct frame {
    const cglpk_program *program;
    double *values;
    int *index;         // room for the longest row, 1-based
    double *number;
    int provoke;        // -1: do not
    cglpk_result result;
    jmp_buf jump;
} frame;

static void keep_message(cglpk_result *result, const char *text) {
    size_t used = strlen(result->message);
    size_t room = sizeof result->message - 1 - used;
    size_t length = strlen(text);
    if (length > room) length = room;
    memcpy(result->message + used, text, length);
    result->message[used + length] = 0;
}

// GLPK turns its terminal on before it reports an error; a hook that answers nonzero keeps it silent all the same.
static int on_terminal(void *info, const char *text) {
    keep_message(&((frame *)info)->result, text);
    return 1;
}

static void on_error(void *info) {
    longjmp(((frame *)info)->jump, 1);
}

static int remaining(const frame *f) {
    if (f->program->remaining_milliseconds == NULL) return INT_MAX;
    int left = f->program->remaining_milliseconds(f->program->context);
    return left < 0 ? 0 : left;
}

static void on_tree(glp_tree *tree, void *info) {
    frame *f = info;
    if (f->provoke == 3) glp_error("provoked within the search\n");
    f->result.nodes += 1;
    int best = glp_ios_best_node(tree);
    if (best != 0) {
        double bound = glp_ios_node_bound(tree, best);
        if (isfinite(bound) && bound > -DBL_MAX && bound > f->result.bound) f->result.bound = bound;
    }
    if (remaining(f) == 0) glp_ios_terminate(tree);
}

static int bound_type(double lower, double upper) {
    if (lower == upper) return GLP_FX;
    if (isfinite(lower)) return isfinite(upper) ? GLP_DB : GLP_LO;
    return isfinite(upper) ? GLP_UP : GLP_FR;
}

static glp_prob *build(frame *f) {
    const cglpk_program *p = f->program;
    glp_prob *problem = glp_create_prob();
    glp_set_obj_dir(problem, GLP_MIN);
    glp_set_obj_coef(problem, 0, p->objective_constant);
    if (p->columns > 0) glp_add_cols(problem, p->columns);
    for (int j = 0; j < p->columns; j++) {
        glp_set_col_kind(problem, j + 1, GLP_IV);
        glp_set_col_bnds(problem, j + 1, bound_type(p->column_lower[j], p->column_upper[j]), p->column_lower[j], p->column_upper[j]);
        glp_set_obj_coef(problem, j + 1, p->objective[j]);
    }
    if (p->rows > 0) glp_add_rows(problem, p->rows);
    for (int i = 0; i < p->rows; i++) {
        int start = p->row_start[i], length = p->row_start[i + 1] - start;
        for (int k = 0; k < length; k++) {
            f->index[k + 1] = p->row_column[start + k] + 1;
            f->number[k + 1] = p->row_coefficient[start + k];
        }
        glp_set_mat_row(problem, i + 1, length, f->index, f->number);
        glp_set_row_bnds(problem, i + 1, bound_type(p->row_lower[i], p->row_upper[i]), p->row_lower[i], p->row_upper[i]);
    }
    return problem;
}

static void solve(frame *f) {
    cglpk_result *result = &f->result;
    glp_prob *problem = build(f);
    int left = remaining(f);
    if (left == 0) {
        result->status = CGLPK_STOPPED;
        return;
    }

    glp_iocp parameters;
    glp_init_iocp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    parameters.presolve = GLP_ON;
    // Every number is an integer: two objectives differ by one or not at all.
    parameters.tol_obj = 1e-9;
    parameters.mip_gap = 0;
    // Rounding has handed out wrong optima elsewhere, and the search does without it.
    parameters.sr_heur = GLP_OFF;
    parameters.cb_func = on_tree;
    parameters.cb_info = f;
    // The tree counts this limit from its own start; the callback keeps the true deadline.
    parameters.tm_lim = left;

    int code = glp_intopt(problem, &parameters);
    int status = glp_mip_status(problem);

    if (status == GLP_OPT || status == GLP_FEAS) {
        result->has_incumbent = true;
        result->objective = glp_mip_obj_val(problem);
        for (int j = 0; j < f->program->columns; j++) f->values[j] = glp_mip_col_val(problem, j + 1);
    }
    if (code == GLP_ENOPFS || (code == 0 && status == GLP_NOFEAS)) {
        result->status = CGLPK_INFEASIBLE;
    } else if (code == 0 && status == GLP_OPT) {
        result->status = CGLPK_OPTIMAL;
    } else if (code == GLP_ETMLIM || code == GLP_ESTOP) {
        result->status = CGLPK_STOPPED;
    } else {
        result->status = CGLPK_TROUBLE;
        snprintf(result->message, sizeof result->message, "glp_intopt answered 0x%02X with status %d", code, status);
    }
}

static void provoke(frame *f) {
    switch (f->provoke) {
    case 0: glp_error("provoked\n"); break;
    case 1: glp_assert(f->provoke != 1); break;
    case 2: glp_set_col_bnds(glp_create_prob(), 7, GLP_FX, 0, 0); break;
    default: solve(f); break;
    }
}

static void guarded(frame *f) {
    if (glp_init_env() > 1) {
        f->result.status = CGLPK_FATAL;
        keep_message(&f->result, "GLPK could not be initialised");
        return;
    }
    if (setjmp(f->jump) == 0) {
        glp_term_hook(on_terminal, f);
        glp_error_hook(on_error, f);
        if (f->provoke >= 0) provoke(f); else solve(f);
    } else {
        f->result.status = CGLPK_FATAL;
        f->result.has_incumbent = false;
        f->result.bound = -INFINITY;
    }
    // Frees the problem too, whatever state an error left it in.
    glp_free_env();
}

static cglpk_result run(const cglpk_program *program, double *values, int provoke) {
    frame f;
    memset(&f, 0, sizeof f);
    f.program = program;
    f.values = values;
    f.provoke = provoke;
    f.result.status = CGLPK_TROUBLE;
    f.result.bound = -INFINITY;
    int longest = 0;
    for (int i = 0; i < program->rows; i++) {
        int length = program->row_start[i + 1] - program->row_start[i];
        if (length > longest) longest = length;
    }
    f.index = malloc(((size_t)longest + 1) * sizeof *f.index);
    f.number = malloc(((size_t)longest + 1) * sizeof *f.number);
    if (f.index == NULL || f.number == NULL) {
        f.result.status = CGLPK_FATAL;
        keep_message(&f.result, "out of memory");
    } else {
        guarded(&f);
    }
    free(f.index);
    free(f.number);
    return f.result;
}

bool cglpk_available(void) { return true; }

cglpk_result cglpk_solve(const cglpk_program *program, double *values) { return run(program, values, -1); }

cglpk_result cglpk_provoke_fatal_error(int kind) {
    // 2x + 3y = 7 has a fractional relaxation, so the search calls back.
    const double lower[2] = {0, 0}, upper[2] = {5, 5}, objective[2] = {1, 1}, coefficient[2] = {2, 3}, bound[1] = {7};
    const int32_t start[2] = {0, 2}, column[2] = {0, 1};
    double values[2];
    const cglpk_program program = {
        .columns = 2, .column_lower = lower, .column_upper = upper, .objective = objective,
        .rows = 1, .row_start = start, .row_column = column, .row_coefficient = coefficient,
        .row_lower = bound, .row_upper = bound,
    };
    return run(&program, values, kind);
}

#else

static cglpk_result unavailable(void) {
    cglpk_result result;
    memset(&result, 0, sizeof result);
    result.status = CGLPK_UNAVAILABLE;
    result.bound = -INFINITY;
    return result;
}

bool cglpk_available(void) { return false; }

cglpk_result cglpk_solve(const cglpk_program *program, double *values) {
    (void)program;
    (void)values;
    return unavailable();
}

cglpk_result cglpk_provoke_fatal_error(int kind) {
    (void)kind;
    return unavailable();
}

#endif
