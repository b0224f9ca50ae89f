/* A disk that fails, put between a program and the C library: LD_PRELOAD=shim.so.
 *
 * The program under test has no hook for this, so what is tested is what runs. Only files whose paths
 * begin with one of those in FAULT_UNDER (parted by colons) count; of the calls named by FAULT_CALL the FAULT_AT-th fails (from 1), with
 * FAULT_LASTING also all after it. FAULT_ERRNO is the error; without it a write is cut short, which is
 * no error. How many calls there were is written to the file FAULT_COUNT when the process ends.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *under, *call, *count_file;
static long at, error_number, lasting, calls, faults;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  under = getenv("FAULT_UNDER");
  call = getenv("FAULT_CALL");
  count_file = getenv("FAULT_COUNT");
  const char *text;
  at = (text = getenv("FAULT_AT")) ? atol(text) : 0;
  error_number = (text = getenv("FAULT_ERRNO")) ? atol(text) : 0;
  lasting = getenv("FAULT_LASTING") != NULL;
}

__attribute__((destructor)) static void end(void) {
  if (!count_file) return;
  char text[64];
  int length = snprintf(text, sizeof text, "%ld %ld\n", calls, faults);
  int fd = REAL(open)(count_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) return;
  if (REAL(write)(fd, text, (size_t)length) < 0) { /* the test will say that it is missing */ }
  REAL(close)(fd);
}

static int is_under(const char *path) {
  if (!under || !path) return 0;
  for (const char *from = under;;) {
    size_t n = strcspn(from, ":");
    if (n && strncmp(path, from, n) == 0) return 1;
    if (!from[n]) return 0;
    from += n + 1;
  }
}

static int fd_is_under(int fd) {
  if (!under) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return is_under(path);
}

/* Whether this call is to fail. */
static int fails(const char *name, int counts) {
  if (!counts || !call || strcmp(name, call) != 0) return 0;
  long now = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
  if (at == 0 || now < at || (now > at && !lasting)) return 0;
  __atomic_add_fetch(&faults, 1, __ATOMIC_SEQ_CST);
  errno = (int)error_number;
  return 1;
}

static int opening(const char *path, int flags) {
  const char *name = (flags & O_ACCMODE) == O_RDONLY ? "open" : "create";
  return fails(name, is_under(path));
}

#define MODE(flags, mode)                       \
  mode_t mode = 0;                              \
  if ((flags) & (O_CREAT | O_TMPFILE)) {        \
    va_list list;                               \
    va_start(list, flags);                      \
    mode = va_arg(list, mode_t);                \
    va_end(list);                               \
  }

int open(const char *path, int flags, ...) {
  MODE(flags, mode)
  return opening(path, flags) ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags, mode)
  return opening(path, flags) ? -1 : REAL(open64)(path, flags, mode);
}
int openat(int dir, const char *path, int flags, ...) {
  MODE(flags, mode)
  return opening(path, flags) ? -1 : REAL(openat)(dir, path, flags, mode);
}
int openat64(int dir, const char *path, int flags, ...) {
  MODE(flags, mode)
  return opening(path, flags) ? -1 : REAL(openat64)(dir, path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (fails("write", fd_is_under(fd))) {
    if (error_number) return -1;
    length = (length + 1) / 2;
  }
  return REAL(write)(fd, bytes, length);
}
ssize_t writev(int fd, const struct iovec *parts, int number) {
  if (fails("write", fd_is_under(fd))) {
    if (error_number) return -1;
    number = 1;
  }
  return REAL(writev)(fd, parts, number);
}
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
  if (fails("write", fd_is_under(to))) {
    if (error_number) return -1;
    length = (length + 1) / 2;
  }
  return REAL(copy_file_range)(from, from_at, to, to_at, length, flags);
}
ssize_t read(int fd, void *bytes, size_t length) {
  return fails("read", fd_is_under(fd)) ? -1 : REAL(read)(fd, bytes, length);
}
ssize_t pread64(int fd, void *bytes, size_t length, off64_t from) {
  return fails("read", fd_is_under(fd)) ? -1 : REAL(pread64)(fd, bytes, length, from);
}
void *mmap64(void *to, size_t length, int protection, int flags, int fd, off64_t from) {
  if (fd >= 0 && fails("map", fd_is_under(fd))) return MAP_FAILED;
  return REAL(mmap64)(to, length, protection, flags, fd, from);
}
void *mmap(void *to, size_t length, int protection, int flags, int fd, off_t from) {
  if (fd >= 0 && fails("map", fd_is_under(fd))) return MAP_FAILED;
  return REAL(mmap)(to, length, protection, flags, fd, from);
}
int fsync(int fd) { return fails("sync", fd_is_under(fd)) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails("sync", fd_is_under(fd)) ? -1 : REAL(fdatasync)(fd); }
int rename(const char *from, const char *to) {
  return fails("rename", is_under(to)) ? -1 : REAL(rename)(from, to);
}
int mkdir(const char *path, mode_t mode) {
  return fails("mkdir", is_under(path)) ? -1 : REAL(mkdir)(path, mode);
}
int unlink(const char *path) { return fails("unlink", is_under(path)) ? -1 : REAL(unlink)(path); }
int unlinkat(int dir, const char *path, int flags) {
  return fails("unlink", is_under(path)) ? -1 : REAL(unlinkat)(dir, path, flags);
}
