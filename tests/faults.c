/* Makes system calls fail, or kills, on purpose: loaded into a daemon with LD_PRELOAD.

   What is to happen stands in a small file that is shared with who asks for it, FAULTS in the
   environment: which call, at which of its turns, for how many turns, with which error (0: be
   killed before it is done), and on which inode only (0: any). */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NONE, PWRITE, PREAD, OPEN, SYNC, CUT, UNLINK };

static struct orders {
    int64_t call, turn, turns, error, inode, seen;
} *orders;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    orders = at == MAP_FAILED ? NULL : at;
    close(fd);
}

static int is_meant(int fd) {
    struct stat now;
    return !orders->inode || (fd >= 0 && !fstat(fd, &now) && (int64_t)now.st_ino == orders->inode);
}

/* Whether this call is to fail; errno says how. */
static int fails(int call, int fd) {
    if (!orders || orders->call != call || !is_meant(fd))
        return 0;
    int64_t seen = __atomic_add_fetch(&orders->seen, 1, __ATOMIC_SEQ_CST);
    if (seen < orders->turn || seen >= orders->turn + orders->turns)
        return 0;
    if (!orders->error)
        kill(getpid(), SIGKILL);
    errno = (int)orders->error;
    return 1;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) \
        real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define READING(name, offset) \
    ssize_t name(int fd, void *data, size_t size, offset at) { \
        REAL(name); \
        return fails(PREAD, fd) ? -1 : real(fd, data, size, at); \
    }

#define WRITING(name, offset) \
    ssize_t name(int fd, const void *data, size_t size, offset at) { \
        REAL(name); \
        return fails(PWRITE, fd) ? -1 : real(fd, data, size, at); \
    }

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        int mode = va_arg(rest, int); \
        va_end(rest); \
        return fails(OPEN, -1) ? -1 : real(path, flags, mode); \
    }

#define SYNCING(name) \
    int name(int fd) { \
        REAL(name); \
        return fails(SYNC, fd) ? -1 : real(fd); \
    }

#define CUTTING(name, offset) \
    int name(int fd, offset size) { \
        REAL(name); \
        return fails(CUT, fd) ? -1 : real(fd, size); \
    }

READING(pread, off_t)
READING(pread64, off64_t)
WRITING(pwrite, off_t)
WRITING(pwrite64, off64_t)
OPENING(open)
OPENING(open64)
SYNCING(fsync)
SYNCING(fdatasync)
CUTTING(ftruncate, off_t)
CUTTING(ftruncate64, off64_t)

int unlink(const char *path) {
    REAL(unlink);
    return fails(UNLINK, -1) ? -1 : real(path);
}
