// Stands before the C library: what a program of this process asks of the disk goes through here, SQLite and Foundation
// included, and fails where a test says so.
// Linux only: elsewhere a library's calls are bound to the C library before anything can stand in between.
#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "DiskFaults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static __thread enum disk_fault chosen;
static __thread int chosen_operation, chosen_code, count, hit;

void disk_faults_begin(enum disk_fault fault, int operation, int code) {
    chosen = fault;
    chosen_operation = operation;
    chosen_code = code;
    count = 0;
    hit = 0;
}

int disk_faults_end(void) {
    chosen = DISK_FAULT_NONE;
    chosen_operation = -1;
    return count;
}

int disk_faults_hit(void) { return hit; }

#ifdef __linux__

// Whether the operation that begins now must fail.
static int fails(void) {
    int operation = count++;
    if (chosen == DISK_FAULT_NONE || operation < chosen_operation) return 0;
    if (chosen == DISK_FAULT_ONCE && operation > chosen_operation) return 0;
    hit++;
    errno = chosen_code;
    return 1;
}

// Whether a write that begins now writes half.
static int tears(void) { return chosen == DISK_FAULT_TORN && count == chosen_operation; }

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                      \
    int name(const char *path, int flags, ...) {                        \
        mode_t mode = 0;                                                \
        if (flags & O_CREAT) {                                          \
            va_list arguments;                                          \
            va_start(arguments, flags);                                 \
            mode = va_arg(arguments, mode_t);                           \
            va_end(arguments);                                          \
        }                                                               \
        if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && fails()) return -1; \
        return NEXT(name)(path, flags, mode);                           \
    }

OPEN(open)
OPEN(open64)

ssize_t write(int file, const void *bytes, size_t length) {
    if (tears() && length > 1) NEXT(write)(file, bytes, length / 2);
    return fails() ? -1 : NEXT(write)(file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
    if (tears() && length > 1) NEXT(pwrite)(file, bytes, length / 2, offset);
    return fails() ? -1 : NEXT(pwrite)(file, bytes, length, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    if (tears() && length > 1) NEXT(pwrite64)(file, bytes, length / 2, offset);
    return fails() ? -1 : NEXT(pwrite64)(file, bytes, length, offset);
}

#define SIMPLE(name, parameters, arguments) \
    int name parameters { return fails() ? -1 : NEXT(name) arguments; }

SIMPLE(fsync, (int file), (file))
SIMPLE(fdatasync, (int file), (file))
SIMPLE(ftruncate, (int file, off_t length), (file, length))
SIMPLE(ftruncate64, (int file, off64_t length), (file, length))
SIMPLE(rename, (const char *from, const char *to), (from, to))
SIMPLE(unlink, (const char *path), (path))
SIMPLE(rmdir, (const char *path), (path))
SIMPLE(mkdir, (const char *path, mode_t mode), (path, mode))
SIMPLE(chmod, (const char *path, mode_t mode), (path, mode))

char *mkdtemp(char *template) { return fails() ? NULL : NEXT(mkdtemp)(template); }

#endif
