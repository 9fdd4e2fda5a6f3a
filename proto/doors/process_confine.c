/* process_confine.c - what a child may do: the one door to libseccomp and to Landlock.
 *
 * Limits first, then what can't be undone. A kernel without Landlock (before 5.13) leaves a program
 * its file system, not its network; a kernel without seccomp refuses the child.
 */
#include "proto/doors/process_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool limit(int resource, uint64_t value)
{
    struct rlimit both = {value, value};
    return setrlimit(resource, &both) == 0;
}

bool confine_limits(const struct process_request *request)
{
    const struct process_limits *limits = &request->limits;
    bool done = limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, request->descriptors) &&
                limit(RLIMIT_CPU, request->cpu_s) && limit(RLIMIT_FSIZE, limits->output_bytes);
    if (!PROCESS_SANITIZED)
        done = done && limit(RLIMIT_AS, limits->memory_bytes + request->input_bytes);
    return done && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static bool allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
            return false;
    return true;
}

bool confine_work(void)
{
    /* Memory, descriptors that are open, the clock, and what ending by abort() takes. */
    static const int calls[] = {
        SCMP_SYS(read),         SCMP_SYS(write),  SCMP_SYS(writev),         SCMP_SYS(lseek),
        SCMP_SYS(close),        SCMP_SYS(fstat),  SCMP_SYS(newfstatat),     SCMP_SYS(brk),
        SCMP_SYS(mmap),         SCMP_SYS(munmap), SCMP_SYS(mremap),         SCMP_SYS(madvise),
        SCMP_SYS(mprotect),     SCMP_SYS(futex),  SCMP_SYS(getrandom),      SCMP_SYS(clock_gettime),
        SCMP_SYS(gettimeofday), SCMP_SYS(time),   SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(rt_sigaction), SCMP_SYS(gettid), SCMP_SYS(getpid),         SCMP_SYS(tgkill),
        SCMP_SYS(sched_yield),  SCMP_SYS(exit),   SCMP_SYS(exit_group),
    };
    /* Libraries look for settings of theirs; that they find none does no harm. */
    static const int refused[] = {SCMP_SYS(open),      SCMP_SYS(openat),   SCMP_SYS(access),
                                  SCMP_SYS(faccessat), SCMP_SYS(stat),     SCMP_SYS(readlink),
                                  SCMP_SYS(sysinfo),   SCMP_SYS(prlimit64)};
    if (PROCESS_SANITIZED)
        return true;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool done = filter && allow(filter, calls, sizeof calls / sizeof *calls);
    for (size_t i = 0; done && i < sizeof refused / sizeof *refused; i++)
        done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0) == 0;
    done = done && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return done;
}

/* ---- programs ---- */

static bool forbid_calls(void)
{
    static const int calls[] = {SCMP_SYS(ptrace),
                                SCMP_SYS(process_vm_readv),
                                SCMP_SYS(process_vm_writev),
                                SCMP_SYS(mount),
                                SCMP_SYS(umount2),
                                SCMP_SYS(bpf),
                                SCMP_SYS(keyctl),
                                SCMP_SYS(add_key),
                                SCMP_SYS(request_key),
                                SCMP_SYS(unshare),
                                SCMP_SYS(setns),
                                SCMP_SYS(kexec_load),
                                SCMP_SYS(init_module),
                                SCMP_SYS(finit_module),
                                SCMP_SYS(userfaultfd),
                                SCMP_SYS(perf_event_open),
                                SCMP_SYS(io_uring_setup),
                                SCMP_SYS(reboot)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    bool done = filter != NULL;
    for (size_t i = 0; done && i < sizeof calls / sizeof *calls; i++)
        done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 0) == 0;
    /* pipes between its own parts only: no network, no daemon to speak to */
    struct scmp_arg_cmp other_family = {.arg = 0, .op = SCMP_CMP_NE, .datum_a = AF_UNIX};
    done = done &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1, other_family) == 0;
    done = done && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return done;
}

#define READ_ACCESS                                                                                \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_ACCESS                                                                               \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                               \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |  \
     LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO)

static void permit(int rules, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr beneath = {.allowed_access = access,
                                                 .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (beneath.parent_fd < 0)
        return; /* what isn't there needs no permission */
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(beneath.parent_fd);
}

/* False only where Landlock is there and fails. */
static bool confine_files(const char *folder)
{
    static const char *const readable[] = {"/usr",
                                           "/lib",
                                           "/lib64",
                                           "/bin",
                                           "/etc",
                                           "/proc",
                                           "/opt",
                                           "/var/lib/libreoffice",
                                           "/var/spool/libreoffice",
                                           "/sys/devices/system/cpu",
                                           "/var/cache/fontconfig"};
    struct landlock_ruleset_attr handled = {.handled_access_fs = READ_ACCESS | WRITE_ACCESS};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (rules < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP;
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++)
        permit(rules, readable[i], READ_ACCESS);
    permit(rules, "/dev", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
    if (folder)
        permit(rules, folder, READ_ACCESS | WRITE_ACCESS);
    bool done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return done;
}

bool confine_program(const char *folder)
{
    return confine_files(folder) && forbid_calls();
}
