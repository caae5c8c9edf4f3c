/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/vector_count.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#if defined(__x86_64__)
#include <sys/user.h>
#endif

enum { NO_VECTOR = -1 };

#if defined(__x86_64__)

/* What an opcode does, in the numbering of the "Intel 64 and IA-32 Architectures Software Developer's
 * Manual", volume 2, appendix A: map 1 is 0F, 2 is 0F38, 3 is 0F3A. */
struct opcode {
    int map;
    uint8_t byte;
    bool vex, evex, masked;
};

static bool is_among(uint8_t byte, const uint8_t *list)
{
    while (*list && *list != byte)
        list++;
    return *list != 0;
}

/* Vector registers are only loaded, stored, copied, or filled from another file. */
static bool is_move(const struct opcode *code)
{
    static const uint8_t moves[] = {0x10, 0x11, 0x12, 0x13, 0x16, 0x17, 0x28, 0x29, 0x2b,
                                    0x6e, 0x6f, 0x7e, 0x7f, 0xd6, 0xe7, 0xf0, 0};
    return code->map == 1 && !code->masked && is_among(code->byte, moves);
}

/* What is not listed is done wherever additions are. */
static const struct {
    int map;
    enum ww_work work;
    uint8_t bytes[32];
} opcodes[] = {
    {1, WW_WORK_SATURATE, {0xd8, 0xd9, 0xdc, 0xdd, 0xe0, 0xe3, 0xe8, 0xe9, 0xec, 0xed}},
    {2, WW_WORK_SATURATE, {0x1c, 0x1d, 0x1e, 0x1f}},
    {1, WW_WORK_SHIFT, {0x71, 0x72, 0x73, 0xd1, 0xd2, 0xd3, 0xe1, 0xe2, 0xf1, 0xf2, 0xf3}},
    {2, WW_WORK_SHIFT, {0x10, 0x11, 0x12, 0x45, 0x46, 0x47}},
    {1, WW_WORK_MULTIPLY, {0x59, 0xd5, 0xe4, 0xe5, 0xf4, 0xf5, 0xf6}},
    {2, WW_WORK_MULTIPLY, {0x04, 0x0b, 0x28, 0x40}},
    {1,
     WW_WORK_SHUFFLE,
     {0x60, 0x61, 0x62, 0x63, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0xc4, 0xc5, 0xd7}},
    {2, WW_WORK_SHUFFLE, {0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x2b, 0x30, 0x31, 0x32, 0x33,
                          0x34, 0x35, 0x36, 0x75, 0x76, 0x77, 0x7d, 0x7e, 0x7f, 0x8d}},
};

static int kind_of_opcode(const struct opcode *code)
{
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        if (opcodes[i].map == code->map && is_among(code->byte, opcodes[i].bytes))
            return (int)opcodes[i].work;
    bool pshufb = code->map == 2 && code->byte == 0x00; /* which ends the lists above */
    return pshufb ? WW_WORK_SHUFFLE : WW_WORK_ADD;
}

/* VEX has general and mask registers, too: BMI, and the moves and logic of AVX-512's masks. */
static bool is_vector(const struct opcode *code)
{
    uint8_t byte = code->byte;
    if (code->evex)
        return true;
    if (code->map == 1) {
        bool mask = code->vex && ((byte >= 0x41 && byte <= 0x4b) || (byte >= 0x90 && byte <= 0x99));
        bool sse = (byte >= 0x10 && byte <= 0x17) || (byte >= 0x28 && byte <= 0x2f) ||
                   (byte >= 0x50 && byte <= 0x7f && byte != 0x77) || byte == 0xc2 ||
                   (byte >= 0xc4 && byte <= 0xc6) || byte >= 0xd0;
        return sse && !mask;
    }
    return code->map == 2 ? byte < 0xf0 : code->map == 3 && byte != 0xf0 && (byte < 0x30 || byte > 0x33);
}

static struct opcode read_opcode(const uint8_t *at)
{
    static const uint8_t prefixes[] = {0x66, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0x67, 0xf0, 0};
    struct opcode code = {0};
    while (is_among(*at, prefixes))
        at++;
    if (*at == 0xc5)
        return (struct opcode){.map = 1, .byte = at[2], .vex = true};
    if (*at == 0xc4)
        return (struct opcode){.map = at[1] & 0x1f, .byte = at[3], .vex = true};
    if (*at == 0x62)
        return (struct opcode){.map = at[1] & 7, .byte = at[4], .evex = true, .masked = at[3] & 7};
    if ((*at & 0xf0) == 0x40)
        at++;
    if (*at != 0x0f)
        return code;
    at++;
    if (*at == 0x38 || *at == 0x3a)
        return (struct opcode){.map = *at == 0x38 ? 2 : 3, .byte = at[1]};
    return (struct opcode){.map = 1, .byte = *at};
}

static int kind_at(const uint8_t *instruction)
{
    struct opcode code = read_opcode(instruction);
    return code.map == 0 || !is_vector(&code) || is_move(&code) ? NO_VECTOR : kind_of_opcode(&code);
}

static const uint8_t *next_of(pid_t child)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, child, NULL, &registers) != 0)
        return NULL;
    return (const uint8_t *)registers.rip; /* NOLINT(performance-no-int-to-ptr): the child is a copy of us */
}

#else

static int kind_at(const uint8_t *instruction)
{
    (void)instruction;
    return NO_VECTOR;
}

static const uint8_t *next_of(pid_t child)
{
    (void)child;
    return NULL;
}

#endif

static void count_one(struct ww_vector_work *work, int kind)
{
    work->counts[WW_WORK_ADD] += kind != NO_VECTOR;
    if (kind > WW_WORK_ADD && kind < WW_WORKS)
        work->counts[kind]++;
}

/* The child is a copy: what it is about to execute can be read here. */
static bool follow(pid_t child, struct ww_vector_work *work)
{
    int status = -1; /* not the end of a child */
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        const uint8_t *next = next_of(child);
        int signal = WSTOPSIG(status);
        if (!next || (signal != SIGTRAP && signal != SIGSTOP) ||
            ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return false;
        }
        count_one(work, kind_at(next));
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void do_nothing(void *argument)
{
    (void)argument;
}

static bool count_all(void (*call)(void *argument), void *argument, struct ww_vector_work *work)
{
    *work = (struct ww_vector_work){{0}};
    call(argument); /* what is linked at the first call is linked */
    pid_t child = fork();
    if (child < 0)
        return false;
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)
            _exit(1);
        call(argument);
        _exit(0);
    }
    return follow(child, work);
}

bool ww_vector_count(void (*call)(void *argument), void *argument, struct ww_vector_work *work)
{
    struct ww_vector_work around; /* the child's start and end, in the C library */
    bool counted = count_all(call, argument, work) && count_all(do_nothing, NULL, &around);
    for (int i = 0; counted && i < WW_WORKS; i++)
        work->counts[i] -= around.counts[i];
    return counted;
}

/* Instructions a nanosecond, the best of some tries: what the machine does meanwhile only slows. */
static double rate_of(const struct ww_kernels *kernels, enum ww_work work)
{
    enum { ROUNDS = 20000, TRIES = 25 };
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
        double before = ww_clock_monotonic();
        kernels->work_row(work, ROUNDS);
        best = fmax(best, (double)ROUNDS * WW_WORK_INSTRUCTIONS / (ww_clock_monotonic() - before) / 1e9);
    }
    return best;
}

struct ww_vector_work ww_vector_rates(const struct ww_kernels *kernels)
{
    struct ww_vector_work rates = {{0}};
    for (int work = 0; kernels->work_row && work < WW_WORKS; work++)
        rates.counts[work] = rate_of(kernels, (enum ww_work)work);
    return rates;
}

double ww_vector_time(const struct ww_vector_work *work, const struct ww_vector_work *rates)
{
    double time = 0;
    for (int i = 0; i < WW_WORKS; i++)
        if (rates->counts[i] > 0)
            time = fmax(time, work->counts[i] / rates->counts[i]);
    return time;
}
