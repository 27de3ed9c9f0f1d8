/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded: a computer whose clock stands in 1970. */

#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define A_DAY 86400

int clock_gettime (clockid_t clock, struct timespec *now);
int gettimeofday (struct timeval *now, void *zone);

__attribute__ ((visibility ("default"))) int
clock_gettime (clockid_t clock, struct timespec *now)
{
  long result = syscall (SYS_clock_gettime, clock, now);

  if (clock == CLOCK_REALTIME)
    now->tv_sec = A_DAY;
  return (int)result;
}

__attribute__ ((visibility ("default"))) int
gettimeofday (struct timeval *now, void *zone)
{
  *now = (struct timeval){ A_DAY, 0 };
  return 0;
}
